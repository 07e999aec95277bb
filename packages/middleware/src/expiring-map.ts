/** How many entries are held before those that have expired are dropped. */
const SWEEP_AT = 10_000;

/** Values that count until a point in time; those that are over are dropped now and then. */
export class ExpiringMap<V extends { readonly end: number }> {
  readonly #entries = new Map<string, V>();
  readonly #now: () => number;
  #sweepAt = SWEEP_AT;

  /** @param now milliseconds of a clock that never goes back; `end` is one of its readings */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Entries held, those that are over and not yet dropped included. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value under a key; `undefined` where there is none or it is over. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.end > this.#now() ? entry : undefined;
  }

  /** Keeps a value in place of the one that is there. */
  set(key: string, value: V): void {
    if (this.#entries.size >= this.#sweepAt) {
      this.#sweep();
      this.#sweepAt = Math.max(SWEEP_AT, this.#entries.size * 2);
    }
    this.#entries.set(key, value);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  #sweep(): void {
    const time = this.#now();
    for (const [key, { end }] of this.#entries) {
      if (end <= time) {
        this.#entries.delete(key);
      }
    }
  }
}
