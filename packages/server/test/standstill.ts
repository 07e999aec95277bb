/** How often it looks, and after how long it was kept from running, in milliseconds. */
const LOOK = 10;
/** A server that closes keeps an idle connection for twice as long. */
const LONGEST = 50;
const RECENTLY = 1000;

/**
 * Knows when this process was kept from running. A client that then sends a request on a connection
 * which the server has closed as idle meanwhile has met with nothing that a server could do better.
 */
export class Standstill {
  readonly #timer: NodeJS.Timeout;
  #looked = performance.now();
  #last = Number.NEGATIVE_INFINITY;

  constructor() {
    this.#timer = setInterval(() => this.#look(), LOOK);
    this.#timer.unref();
  }

  #look(): void {
    const now = performance.now();
    if (now - this.#looked > LONGEST) {
      this.#last = now;
    }
    this.#looked = now;
  }

  /** Whether that was a moment ago. */
  wasRecently(): boolean {
    this.#look();
    return this.#looked - this.#last < RECENTLY;
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
