import type { Socket } from 'node:net';
import type { ServerSettings } from '../options.ts';
import type { Deadlines } from './net-deadlines.ts';

/**
 * What arrives on a connection and nobody reads. Closing while octets are unread makes the system
 * reset the connection, and the client may lose the answer: so they are read for a while.
 */
export class Leftovers {
  readonly #socket: Socket;
  readonly #settings: ServerSettings;
  readonly #deadlines: Deadlines;
  #taken = 0;

  constructor(socket: Socket, settings: ServerSettings, deadlines: Deadlines) {
    this.#socket = socket;
    this.#settings = settings;
    this.#deadlines = deadlines;
  }

  /** Another request begins. */
  reset(): void {
    this.#taken = 0;
  }

  /** Throws octets away; gives whether they are still within the limit. */
  take(octets: number): boolean {
    this.#taken += octets;
    return this.#taken <= this.#settings.drainLimit;
  }

  /** There are too many: nothing is answered any more, and where that is so already, it ends. */
  refuse(): void {
    if (this.#deadlines.phase === 'lingering') {
      this.#socket.destroy();
    } else {
      this.linger();
    }
  }

  /** Answers nothing more, and reads on until the client closes or the time is up. */
  linger(): void {
    if (this.#deadlines.phase === 'lingering') {
      return;
    }
    const { writeTimeout, drainTimeout } = this.#settings;
    const socket = this.#socket;
    const flushing = socket.writableLength > 0;
    this.#deadlines.enter('lingering', flushing ? writeTimeout : drainTimeout);
    this.#taken = 0;
    if (socket.readableEnded) {
      socket.destroySoon();
    } else {
      socket.end();
      socket.resume();
    }
  }
}
