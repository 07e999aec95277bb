/** How often the clock is set, in milliseconds: the grain of every deadline. */
export const CLOCK_GRAIN = 250;

/** A coarse clock for one server: reading it costs nothing, and one timer serves all connections. */
export class Clock {
  readonly #timer: NodeJS.Timeout;
  #now = performance.now();
  #second = 0;
  #dateLine = '';

  /** @param onTick called each time the clock is set */
  constructor(onTick: () => void) {
    this.#setDate();
    this.#timer = setInterval(() => {
      this.#now = performance.now();
      this.#setDate();
      onTick();
    }, CLOCK_GRAIN);
    this.#timer.unref();
  }

  /** Milliseconds since some moment in the past; monotonic. */
  get now(): number {
    return this.#now;
  }

  /** `Date: …` with its CR LF: RFC 9110 section 6.6.1. */
  get dateLine(): string {
    return this.#dateLine;
  }

  #setDate(): void {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#dateLine = `Date: ${new Date(second * 1000).toUTCString()}\r\n`;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
