import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { ListenAddress } from '@tsgi/server';
import { listenError } from './listen-error.ts';
import type { ListenerAddress } from './messages.ts';
import { type RawHandle, takeListeningHandle } from './raw-handle.ts';
import { removeStaleSocket } from './stale-socket.ts';

/** A socket that the arbiter listens on. */
export interface Listener {
  readonly address: ListenAddress;
  readonly bound: ListenerAddress;
  /** `127.0.0.1:8000`, `unix:/run/app.sock`. */
  readonly name: string;
  readonly server: Server;
}

/**
 * The listening sockets of the command. The arbiter keeps them whatever happens to its workers, so
 * that connections wait instead of being refused.
 */
export class Listeners {
  readonly all: readonly Listener[];

  private constructor(all: readonly Listener[]) {
    this.all = all;
  }

  /** Listens on every address. Throws a CommandError with exit code 5 that names the one it cannot. */
  static async open(
    addresses: readonly ListenAddress[],
    onConnection: (listener: number, handle: RawHandle) => void,
  ): Promise<Listeners> {
    const all: Listener[] = [];
    try {
      for (const [index, address] of addresses.entries()) {
        all.push(await open(address, (handle) => onConnection(index, handle)));
      }
    } catch (error) {
      close(all);
      throw error;
    }
    return new Listeners(all);
  }

  /** Accepts no more. The socket files go with it. */
  close(): void {
    close(this.all);
  }
}

function close(all: readonly Listener[]): void {
  for (const { server } of all) {
    server.close();
  }
}

async function open(
  address: ListenAddress,
  onConnection: (handle: RawHandle) => void,
): Promise<Listener> {
  const server = createServer();
  try {
    if ('path' in address) {
      await removeStaleSocket(address.path);
    }
    server.listen({ ...address, exclusive: true });
    await once(server, 'listening');
    if ('path' in address && address.mode !== undefined) {
      chmodSync(address.path, address.mode);
    }
  } catch (error) {
    server.close();
    throw listenError(address, error);
  }
  takeListeningHandle(server).onconnection = (error, handle) => {
    // out of descriptors, for one: the connection stays in the backlog of the system
    if (error === 0 && handle !== undefined) {
      onConnection(handle);
    }
  };
  return { address, server, ...describeAddress(server, address) };
}

function describeAddress(server: Server, address: ListenAddress): Pick<Listener, 'bound' | 'name'> {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') {
    return { bound: {}, name: `unix:${'path' in address ? address.path : (bound ?? '')}` };
  }
  const host = 'host' in address ? address.host : bound.address;
  return {
    bound: { ...bound, ...('host' in address ? { host: address.host } : {}) },
    name: `${host.includes(':') ? `[${host}]` : host}:${bound.port}`,
  };
}
