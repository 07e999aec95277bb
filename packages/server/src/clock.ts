import { afterReading } from './after-reading.ts';

/** How often the clock is set, in milliseconds: the grain of every deadline. */
export const CLOCK_GRAIN = 250;

/**
 * A coarse clock for one server: reading it costs nothing, and one timer serves all connections. It
 * goes on by its grain at each tick: time for which the thread was busy, or was not run, is not taken
 * from those who wait for it.
 */
export class Clock {
  readonly #timer: NodeJS.Timeout;
  #now = 0;
  #second = 0;
  #dateLine = '';

  /** @param onTick called each time the clock is set, when all that had come by then is read */
  constructor(onTick: () => void) {
    this.#setDate();
    this.#timer = setInterval(() => {
      this.#now += CLOCK_GRAIN;
      this.#setDate();
      afterReading(onTick);
    }, CLOCK_GRAIN);
    this.#timer.unref();
  }

  /** Milliseconds since it began; monotonic. */
  get now(): number {
    return this.#now;
  }

  /** When no fewer than so many milliseconds from now will be over. */
  after(milliseconds: number): number {
    // the next tick may be due
    return this.#now + CLOCK_GRAIN + milliseconds;
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
