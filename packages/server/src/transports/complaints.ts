import type { Socket } from 'node:net';
import type { ErrorStream } from '@tsgi/types';

/** Milliseconds between two lines. */
const INTERVAL = 60_000;

/** Says what is wrong with what peers send, now and then: a scan is not to fill the log. */
export class Complaints {
  readonly #errors: ErrorStream;
  #next = 0;
  #unsaid = 0;

  constructor(errors: ErrorStream) {
    this.#errors = errors;
  }

  /** A connection is closed for what its peer has sent, or whatever else is `done` to it. */
  add(socket: Socket, error: unknown, done = 'closed'): void {
    if (performance.now() < this.#next) {
      this.#unsaid += 1;
      return;
    }
    this.#next = performance.now() + INTERVAL;
    const others = this.#unsaid === 0 ? '' : `, and ${this.#unsaid} others before`;
    this.#unsaid = 0;
    const reason = error instanceof Error ? error.message : String(error);
    const from = socket.remoteAddress ?? 'a connection';
    this.#errors.write(`tsgi: ${done} ${from}${others}: ${reason}\n`);
  }
}
