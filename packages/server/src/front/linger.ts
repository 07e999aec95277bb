import type { Socket } from 'node:net';
import { Deadline } from '../deadline.ts';
import type { ServerSettings } from '../options.ts';

/**
 * What still comes on a connection when nothing more is answered. Closing while octets are unread
 * makes the system reset the connection, and the front may lose the answer: so they are read for a
 * while.
 */
export class Linger {
  readonly #socket: Socket;
  readonly #deadline: Deadline;
  readonly #limit: number;
  #left: number;
  #begun = false;

  constructor(socket: Socket, { drainLimit, drainTimeout }: ServerSettings) {
    this.#socket = socket;
    this.#limit = drainLimit;
    this.#left = drainLimit;
    this.#deadline = new Deadline(drainTimeout, () => socket.destroy());
    socket.once('close', () => this.#deadline.lift());
  }

  /** Whether what comes is thrown away. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Throws away what comes from here on, until the other side closes or the time is up. */
  begin(): void {
    if (this.#begun || this.#socket.destroyed) {
      return;
    }
    this.#begun = true;
    if (this.#socket.readableEnded) {
      this.#socket.destroySoon();
      return;
    }
    this.#socket.end();
    this.#socket.resume();
    if (this.#socket.writableFinished) {
      this.#deadline.set();
    } else {
      // until it has left, the time for writing counts
      this.#socket.once('finish', () => this.#deadline.set());
    }
  }

  /** Another request begins. */
  forget(): void {
    this.#left = this.#limit;
  }

  /** Octets have come that nobody reads. */
  discard(octets: number): void {
    this.#left -= octets;
    if (this.#left < 0) {
      this.#socket.destroy();
    }
  }
}
