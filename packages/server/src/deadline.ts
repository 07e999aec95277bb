import { afterReading } from './after-reading.ts';

/**
 * A time limit that is set and lifted again and again. What has come in time is read before it is
 * held to have passed.
 */
export class Deadline {
  readonly #milliseconds: number;
  readonly #onPassed: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** How often it was set or lifted. */
  #turn = 0;

  /** @param onPassed called once for each time that it is set and not lifted in time */
  constructor(milliseconds: number, onPassed: () => void) {
    this.#milliseconds = milliseconds;
    this.#onPassed = onPassed;
  }

  /** Sets it, or begins anew where it is set. */
  set(): void {
    this.#turn += 1;
    if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#runOut(), this.#milliseconds);
    } else {
      this.#timer.refresh();
    }
  }

  /** Lifts it. */
  lift(): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #runOut(): void {
    const turn = this.#turn;
    afterReading(() => {
      if (turn === this.#turn) {
        this.#timer = undefined;
        this.#onPassed();
      }
    });
  }
}
