import { once } from 'node:events';
import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { TsgiError } from '@tsgi/core';

/** Where a server listens. */
export type ListenAddress =
  /** A TCP port; 0 lets the system choose. */
  | { readonly host: string; readonly port: number }
  /** A Unix socket; `mode` as for chmod, such as 0o660. A stale socket file is replaced. */
  | { readonly path: string; readonly mode?: number | undefined }
  /** A descriptor that listens already, inherited from whoever started this process. */
  | { readonly fd: number };

/** Where a server turned out to listen. */
export interface BoundAddress {
  /** `http://127.0.0.1:8000`, `unix:/run/app.sock`. */
  readonly url: string;
  /** The host as given; undefined for a Unix socket. */
  readonly host: string | undefined;
  /** The TCP port; undefined for a Unix socket. */
  readonly port: number | undefined;
}

/** Checks an address. Throws `ERR_TSGI_OPTION`. */
export function checkListenAddress(address: ListenAddress): void {
  const given: Partial<Record<'host' | 'port' | 'path' | 'mode' | 'fd', unknown>> = address;
  const tcp =
    typeof given.host === 'string' && given.host !== '' && isIntegerTo(given.port, 65_535);
  const unix = typeof given.path === 'string' && given.path !== '' && isMode(given.mode);
  const inherited = isIntegerTo(given.fd, 2 ** 31 - 1);
  if (Number(tcp) + Number(unix) + Number(inherited) !== 1) {
    throw new TsgiError('ERR_TSGI_OPTION', `listen: ${JSON.stringify(address)}`);
  }
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
  scheme: 'http' | 'https',
): Promise<BoundAddress> {
  if ('path' in address) {
    await removeStaleSocket(address.path);
    await listening(server, { path: address.path });
    if (address.mode !== undefined) {
      chmodSync(address.path, address.mode);
    }
    return { url: `unix:${address.path}`, host: undefined, port: undefined };
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

async function listening(
  server: Server,
  options: { host?: string; port?: number; path?: string; fd?: number },
): Promise<void> {
  server.listen(options);
  await once(server, 'listening');
}

// A server that was killed leaves its socket file behind. One that still answers keeps it.
async function removeStaleSocket(path: string): Promise<void> {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSocket()) {
    return;
  }
  const probe = connect({ path });
  try {
    await once(probe, 'connect');
  } catch (error) {
    if ((error as { code?: string }).code === 'ECONNREFUSED') {
      unlinkSync(path);
    }
  } finally {
    probe.destroy();
  }
}
