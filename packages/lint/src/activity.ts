/** Counts how often the code that one lint wraps was at work, over all requests. */
export class Activity {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Takes note that the wrapped code is about to run. */
  begin(): void {
    this.#count += 1;
  }
}
