import cluster from 'node:cluster';
import { once } from 'node:events';
import { chmodSync, fstatSync, lstatSync, type Stats, statSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { TsgiError } from '@tsgi/core';

/** Where a server listens. */
export type ListenAddress =
  /** A TCP port. */
  | {
      /** An address or a name; `0.0.0.0` is every IPv4 address of this machine. */
      readonly host: string;
      /** 0 lets the system choose; `BoundAddress` has what it chose. */
      readonly port: number;
    }
  /** A Unix socket. A stale socket file is replaced. */
  | {
      /** At most 107 octets on Linux, 103 on macOS and BSD; its folder must exist. */
      readonly path: string;
      /** As for chmod, such as 0o660. Default: what the umask of the process leaves. */
      readonly mode?: number | undefined;
    }
  /**
   * A descriptor that listens already, inherited from whoever started this process; in a worker of
   * node:cluster a descriptor of the primary.
   */
  | {
      /** Its number; systemd hands over its sockets from 3 on. */
      readonly fd: number;
    };

/** Where a server turned out to listen. */
export interface BoundAddress {
  /** `http://127.0.0.1:8000`, `unix:/run/app.sock`. */
  readonly url: string;
  /** The host as given; undefined for a Unix socket. */
  readonly host: string | undefined;
  /** The TCP port; undefined for a Unix socket. */
  readonly port: number | undefined;
}

// What the system takes, and node would cut a longer path off without a word: 108 octets on Linux,
// 104 on BSD and macOS, with a NUL at the end. The named pipes of Windows have no such limit.
const LONGEST_PATHS: Readonly<Partial<Record<NodeJS.Platform, number>>> = {
  linux: 107,
  android: 107,
  win32: Number.POSITIVE_INFINITY,
};
const LONGEST_PATH = LONGEST_PATHS[process.platform] ?? 103;

/** Checks an address. Throws `ERR_TSGI_OPTION`. */
export function checkListenAddress(address: ListenAddress): void {
  const given: Partial<Record<'host' | 'port' | 'path' | 'mode' | 'fd', unknown>> = address;
  const tcp =
    typeof given.host === 'string' && given.host !== '' && isIntegerTo(given.port, 65_535);
  const unix = isSocketPath(given.path) && isMode(given.mode);
  const inherited = isIntegerTo(given.fd, 2 ** 31 - 1);
  if (Number(tcp) + Number(unix) + Number(inherited) !== 1) {
    throw new TsgiError('ERR_TSGI_OPTION', `listen: ${JSON.stringify(address)}`);
  }
  const octets = unix ? Buffer.byteLength(given.path as string) : 0;
  if (octets > LONGEST_PATH) {
    throw new TsgiError(
      'ERR_TSGI_OPTION',
      `listen: a path of ${octets} octets, above ${LONGEST_PATH}: ${JSON.stringify(given.path)}`,
    );
  }
}

function isSocketPath(path: unknown): boolean {
  return typeof path === 'string' && path !== '' && !path.includes('\0');
}

function isMode(mode: unknown): boolean {
  return mode === undefined || isIntegerTo(mode, 0o777);
}

function isIntegerTo(value: unknown, most: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

/** Makes a server listen. Rejects with what the system says, such as `EADDRINUSE`. */
export async function listenOn(
  server: Server,
  address: ListenAddress,
  scheme: string,
): Promise<BoundAddress> {
  if ('path' in address) {
    await listenOnPath(server, address.path, address.mode);
    return { url: `unix:${address.path}`, host: undefined, port: undefined };
  }
  // in a worker of node:cluster it is the primary that has it
  if ('fd' in address && !cluster.isWorker && !fstatSync(address.fd).isSocket()) {
    throw new TsgiError('ERR_TSGI_OPTION', `listen: descriptor ${address.fd}, which is no socket`);
  }
  await listening(server, address);
  const bound = server.address();
  if (bound === null || typeof bound === 'string') {
    return { url: `unix:${bound ?? ''}`, host: undefined, port: undefined };
  }
  const host = 'host' in address ? address.host : bound.address;
  const name = host.includes(':') ? `[${host}]` : host;
  return { url: `${scheme}://${name}:${bound.port}`, host, port: bound.port };
}

async function listenOnPath(server: Server, path: string, mode: number | undefined): Promise<void> {
  // the system says EACCES where there is no such folder
  statSync(dirname(path));
  await removeStaleSocket(path);
  if (mode === undefined) {
    await listening(server, { path });
    return;
  }
  // the mask is that of the whole process, but listening on a path begins within the call
  const mask = isMainThread ? process.umask(0o777 & ~mode) : undefined;
  const listened = listening(server, { path });
  if (mask !== undefined) {
    process.umask(mask);
  }
  await listened;
  chmodSync(path, mode);
}

async function listening(
  server: Server,
  options: { host?: string; port?: number; path?: string; fd?: number },
): Promise<void> {
  server.listen(options);
  await once(server, 'listening');
}

// A server that was killed leaves its socket file behind. One that still answers keeps it.
async function removeStaleSocket(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || !found.isSocket()) {
    return;
  }
  const probe = connect({ path });
  try {
    await once(probe, 'connect');
  } catch (error) {
    if ((error as { code?: string }).code === 'ECONNREFUSED' && isStill(path, found)) {
      unlinkSync(path);
    }
  } finally {
    probe.destroy();
  }
}

// Another process may have replaced it since, as the workers of a cluster that begin together do.
function isStill(path: string, found: Stats): boolean {
  const now = lstatSync(path, { throwIfNoEntry: false });
  return now?.ino === found.ino && now.ctimeMs === found.ctimeMs;
}
