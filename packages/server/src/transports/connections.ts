import type { Socket } from 'node:net';
import { Deadline } from '../deadline.ts';
import type { Counters } from './transport.ts';

/**
 * Milliseconds that an idle connection is kept once the server closes: a request may be on its way,
 * and is answered with `Connection: close` instead of a reset.
 */
const IDLE_GRACE = 100;

/** One connection as its server sees it, whatever it speaks. */
export interface ManagedConnection {
  /** Closes when the requests at work are answered; the one that comes next is the last. */
  drain(): void;
  /** Closes, where no request is on its way. */
  closeIdle(): void;
  /** Ends what has taken too long, by the time of the server's clock; without it, a timer does. */
  expire?(now: number): void;
}

/** The open connections of one listening address, and what they have done. */
export class Connections {
  readonly #open = new Map<Socket, ManagedConnection>();
  readonly #idleGrace = new Deadline(IDLE_GRACE, () => this.#closeIdle());
  #accepted = 0;
  #refused = 0;
  #requests = 0;
  #running = 0;
  #draining = false;
  #whenSettled: (() => void) | undefined;

  /** A request begins. */
  readonly begin = (): void => {
    this.#requests += 1;
    this.#running += 1;
  };

  /** A request is over, its cleanup done. */
  readonly end = (): void => {
    this.#running -= 1;
    this.#checkSettled();
  };

  /** How many connections are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Closes a connection at once. */
  refuse(socket: Socket): void {
    this.#refused += 1;
    socket.destroy();
  }

  /** Takes a connection until its socket closes; one that it has goes on as another kind. */
  add(socket: Socket, connection: ManagedConnection): void {
    if (this.#open.has(socket)) {
      this.replace(socket, connection);
      return;
    }
    this.#accepted += 1;
    this.#open.set(socket, connection);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#checkSettled();
    });
    this.#join(connection);
  }

  /** A connection goes on as another kind. */
  replace(socket: Socket, connection: ManagedConnection): void {
    this.#open.set(socket, connection);
    this.#join(connection);
  }

  // One that comes while the server closes is served, and is the sooner over.
  #join(connection: ManagedConnection): void {
    if (this.#draining) {
      connection.drain();
      this.#idleGrace.set();
    }
  }

  values(): Iterable<ManagedConnection> {
    return this.#open.values();
  }

  /** Lets every connection end in good order. */
  drain(): void {
    this.#draining = true;
    for (const connection of this.#open.values()) {
      connection.drain();
    }
    this.#idleGrace.set();
  }

  #closeIdle(): void {
    for (const connection of this.#open.values()) {
      connection.closeIdle();
    }
  }

  /** Cuts off every connection. */
  cutOff(): void {
    for (const socket of this.#open.keys()) {
      socket.destroy();
    }
  }

  counters(): Counters {
    return {
      connections: this.#open.size,
      accepted: this.#accepted,
      refused: this.#refused,
      active: this.#running,
      requests: this.#requests,
    };
  }

  /** Resolves when every request is over and cleaned up, and no connection is left. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenSettled = resolve;
      this.#checkSettled();
    });
  }

  #checkSettled(): void {
    if (this.#whenSettled !== undefined && this.#running === 0 && this.#open.size === 0) {
      this.#idleGrace.lift();
      this.#whenSettled();
    }
  }
}
