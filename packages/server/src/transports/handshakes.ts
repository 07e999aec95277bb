import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Connections, ManagedConnection } from './connections.ts';

/** Connections whose TLS handshake is not over: they count, and are cut off like all others. */
export class Handshakes {
  readonly #connections: Connections;
  readonly #open = new Map<string, Socket>();

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** A connection was accepted. */
  begin(socket: Socket): void {
    const ends = endsOf(socket);
    if (ends === undefined) {
      return;
    }
    this.#connections.add(socket, { drain() {}, closeIdle: () => socket.destroy() });
    this.#open.set(ends, socket);
    socket.once('close', () => this.#forget(ends, socket));
  }

  /** The handshake is over, and the connection is one that speaks HTTP. */
  finish(secured: TLSSocket, connection: ManagedConnection): void {
    const ends = endsOf(secured);
    const socket = ends === undefined ? undefined : this.#open.get(ends);
    if (ends === undefined || socket === undefined) {
      this.#connections.add(secured, connection);
    } else {
      this.#forget(ends, socket);
      this.#connections.replace(socket, connection);
    }
  }

  #forget(ends: string, socket: Socket): void {
    if (this.#open.get(ends) === socket) {
      this.#open.delete(ends);
    }
  }
}

// node:tls does not say on which connection a secured one stands, but both have the same ends. A
// Unix socket has none; there a handshake is seen when it is over.
function endsOf(socket: Socket): string | undefined {
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  return remotePort === undefined
    ? undefined
    : [localAddress, localPort, remoteAddress, remotePort].join(' ');
}
