import cluster from 'node:cluster';
import type { ListenAddress } from '@tsgi/server';
import type { ListenerAddress } from './messages.ts';
import type { RawHandle } from './raw-handle.ts';

/** The descriptors that stand for the listeners of the arbiter; no process has that many. */
const FIRST_DESCRIPTOR = 2 ** 30;

/** What node:net asks in a worker process before it listens. */
const GET_SERVER = '_getServer';

interface HandedListener extends RawHandle {
  listen(backlog: number): number;
  ref(): void;
  unref(): void;
  getsockname?(out: object): number;
  onconnection?: (error: number, handle: RawHandle) => void;
}

interface Query {
  readonly fd?: number | null | undefined;
  readonly address?: string | null | undefined;
  readonly port?: number | null | undefined;
}

type GetServer = (
  server: unknown,
  options: Query,
  callback: (error: number, handle: unknown) => void,
) => void;

/**
 * Lets the servers of this worker listen on the sockets of the arbiter, which accepts and hands
 * each connection over. This is the place where node:cluster puts its own round-robin; other
 * addresses, such as those that the application listens on, still go to that.
 */
export class HandedConnections {
  readonly #listeners: readonly ListenerAddress[];
  readonly #open = new Map<number, HandedListener>();

  constructor(listeners: readonly ListenerAddress[]) {
    this.#listeners = listeners;
    const inner = cluster as unknown as Record<typeof GET_SERVER, GetServer>;
    const otherwise = inner[GET_SERVER];
    inner[GET_SERVER] = (server, options, callback) => {
      const index = this.#find(options);
      if (index >= 0) {
        callback(0, this.#listen(index));
      } else {
        otherwise.call(cluster, server, options, callback);
      }
    };
  }

  /** What the server of the worker is to listen on. */
  get addresses(): readonly ListenAddress[] {
    return this.#listeners.map(({ host, port }, index) =>
      host === undefined || port === undefined ? { fd: FIRST_DESCRIPTOR + index } : { host, port },
    );
  }

  #find({ fd, address, port }: Query): number {
    if (typeof fd === 'number' && fd >= FIRST_DESCRIPTOR) {
      return fd - FIRST_DESCRIPTOR;
    }
    const same = this.#listeners.filter((listener) => listener.port === port);
    const found = same.length === 1 ? same[0] : same.find((one) => one.address === address);
    return found?.host === undefined ? -1 : this.#listeners.indexOf(found);
  }

  /** Gives a connection to the server that listens there; false where it does so no more. */
  accept(index: number, handle: RawHandle): boolean {
    const deliver = this.#open.get(index)?.onconnection;
    if (deliver === undefined) {
      handle.close();
      return false;
    }
    deliver.call(this.#open.get(index), 0, handle);
    return true;
  }

  #listen(index: number): HandedListener {
    const bound = this.#listeners[index] ?? {};
    const handle: HandedListener = {
      listen: () => 0,
      ref() {},
      unref() {},
      close: (callback) => {
        this.#open.delete(index);
        if (callback !== undefined) {
          setImmediate(callback);
        }
      },
      ...(bound.port === undefined ? {} : { getsockname: (out: object) => fill(out, bound) }),
    };
    this.#open.set(index, handle);
    return handle;
  }
}

// Without it, as on a Unix socket, the server has no address to show.
function fill(out: object, { address, family, port }: ListenerAddress): number {
  Object.assign(out, { address, family, port });
  return 0;
}
