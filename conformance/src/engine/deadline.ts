import { CheckFailure } from './failures.ts';
import { PatientTimer } from './patient-timer.ts';

/** The budget of one check: an upper bound on waiting, and nothing else. */
export class Deadline {
  readonly #over: Promise<never>;
  #end: (reason: Error | undefined) => void = () => undefined;
  readonly #ms: number;
  #timer: PatientTimer | undefined;
  readonly #lastSeen: () => string;
  readonly #slowness: (() => number) | undefined;
  #awaited = 'nothing';

  /**
   * `ms` is the budget; `lastSeen` says how far things had come when it ended. `slowness` is for a wait
   * that is to end, however slow the machine is.
   */
  constructor(ms: number, lastSeen: () => string, slowness?: () => number) {
    this.#lastSeen = lastSeen;
    this.#slowness = slowness;
    this.#over = new Promise((_resolve, reject) => {
      this.#end = (reason) => {
        reject(reason ?? this.#expiry(ms));
      };
    });
    this.#over.catch(() => undefined);
    this.#ms = ms;
    this.start();
  }

  /** Begins the whole budget anew. */
  start(): void {
    this.#timer?.clear();
    this.#timer = new PatientTimer(this.#ms, () => this.#end(undefined), this.#slowness);
  }

  /** Waits for `promise`; `awaited` names the event in the message, should the budget end first. */
  async within<Value>(promise: Promise<Value>, awaited: string): Promise<Value> {
    this.#awaited = awaited;
    return Promise.race([promise, this.#over]);
  }

  /** Makes every wait, now and later, fail with `reason`. */
  abort(reason: Error): void {
    this.#end(reason);
  }

  /** Ends the watch; nothing can expire any more. */
  clear(): void {
    this.#timer?.clear();
  }

  #expiry(ms: number): CheckFailure {
    const got = `nothing more within the budget of ${ms} ms; last seen: ${this.#lastSeen()}`;
    return new CheckFailure('awaited event', this.#awaited, got);
  }
}
