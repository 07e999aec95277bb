/** A time limit that is set and lifted again and again. */
export class Deadline {
  readonly #milliseconds: number;
  readonly #onPassed: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param onPassed called once for each time that it is set and not lifted in time */
  constructor(milliseconds: number, onPassed: () => void) {
    this.#milliseconds = milliseconds;
    this.#onPassed = onPassed;
  }

  /** Sets it, or begins anew where it is set. */
  set(): void {
    if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#pass(), this.#milliseconds);
    } else {
      this.#timer.refresh();
    }
  }

  /** Lifts it. */
  lift(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #pass(): void {
    this.#timer = undefined;
    this.#onPassed();
  }
}
