import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { connectionKey } from './connection-key.ts';
import type { Connections, ManagedConnection } from './connections.ts';

/** Connections whose TLS handshake is not over: they count, and are cut off like all others. */
export class Handshakes {
  readonly #connections: Connections;
  readonly #open = new Map<string | Socket, Socket>();

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** A connection was accepted. */
  begin(socket: Socket): void {
    const key = connectionKey(socket) ?? socket;
    this.#connections.add(socket, { drain() {}, closeIdle: () => socket.destroy() });
    this.#open.set(key, socket);
    socket.once('close', () => this.#forget(key, socket));
  }

  /** The handshake is over, and the connection is one that speaks HTTP. */
  finish(secured: TLSSocket, connection: ManagedConnection): void {
    const key = connectionKey(secured);
    const socket = key === undefined ? undefined : this.#open.get(key);
    if (key === undefined || socket === undefined) {
      this.#connections.add(secured, connection);
    } else {
      this.#forget(key, socket);
      this.#connections.replace(socket, connection);
    }
  }

  #forget(key: string | Socket, socket: Socket): void {
    if (this.#open.get(key) === socket) {
      this.#open.delete(key);
    }
  }
}
