import type { CheckResult, SuiteRun } from '../engine/run-suite.ts';

/** What a finished run says beside its results. */
export interface RunEnd {
  readonly fault?: string | undefined;
  /** What does not fit in the file of expected failures. */
  readonly misfits: readonly string[];
}

/** Where a run pins up its results, and each test waits for its own. */
export class ResultBoard {
  readonly #results = new Map<string, CheckResult>();
  readonly #waiting = new Map<string, Array<() => void>>();
  readonly #ended: Promise<RunEnd>;
  #settle: (end: RunEnd) => void = () => undefined;
  #end: RunEnd | undefined;

  constructor() {
    this.#ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Pins up one result. */
  readonly pin = (result: CheckResult): void => {
    this.#results.set(result.check, result);
    for (const wake of this.#waiting.get(result.check) ?? []) wake();
    this.#waiting.delete(result.check);
  };

  /** The run is over; what has no result by now gets none. */
  finish(
    { results, fault }: Pick<SuiteRun, 'results' | 'fault'>,
    misfits: readonly string[],
  ): void {
    for (const result of results) this.pin(result);
    this.#end = { fault, misfits };
    this.#settle(this.#end);
    for (const wake of [...this.#waiting.values()].flat()) wake();
    this.#waiting.clear();
  }

  /** The result of a check, once it is there; undefined where the run ended without. */
  async resultOf(check: string): Promise<CheckResult | undefined> {
    if (!this.#results.has(check) && this.#end === undefined) {
      await new Promise<void>((resolve) => {
        this.#waiting.set(check, [...(this.#waiting.get(check) ?? []), resolve]);
      });
    }
    return this.#results.get(check);
  }

  /** Settles when the run is over. */
  end(): Promise<RunEnd> {
    return this.#ended;
  }
}
