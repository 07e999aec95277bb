/** How long a worker has to serve for its death to count as the first, in milliseconds. */
export const LIVED = 10_000;

const FIRST_DELAY = 100;
const LONGEST_DELAY = 30_000;

/** How long to wait before the next worker is started, after deaths soon after their start. */
export class BackOff {
  #failures = 0;

  /**
   * Notes the death of a worker that had served so many milliseconds, 0 where it never did, and
   * gives the milliseconds to wait: none after a worker that lived, else 100, doubled each time up
   * to 30 s.
   */
  died(served: number): number {
    this.#failures = served >= LIVED ? 0 : this.#failures + 1;
    return this.delay;
  }

  /** Notes that a worker has lived. */
  lived(): void {
    this.#failures = 0;
  }

  /** Milliseconds to wait before the next start. */
  get delay(): number {
    return this.#failures === 0
      ? 0
      : Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (this.#failures - 1));
  }
}
