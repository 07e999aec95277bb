import type { Reporter } from './reporter.ts';
import { outer } from './roles.ts';
import type { RuleId } from './rules.gen.ts';

/** Compares what was read of a request body with CONTENT_LENGTH. */
export class InputLength {
  readonly #reporter: Reporter;
  readonly #expected: number | undefined;
  #read = 0;
  #reported = false;

  /** `expected` in octets; undefined where there is no CONTENT_LENGTH. */
  constructor(reporter: Reporter, expected: number | undefined) {
    this.#reporter = reporter;
    this.#expected = expected;
  }

  /** Adds octets read. */
  add(octets: number): void {
    this.#read += octets;
    if (this.#expected !== undefined && this.#read > this.#expected) {
      this.#report('INP-LENGTH');
    }
  }

  /** Takes note of the end of the body. `rule` is broken where it came too early. */
  end(rule: RuleId): void {
    if (this.#expected !== undefined && this.#read < this.#expected) {
      this.#report(rule);
    }
  }

  #report(rule: RuleId): void {
    if (this.#reported) {
      return;
    }
    this.#reported = true;
    const got = `${this.#read} octets read where CONTENT_LENGTH is ${this.#expected}`;
    this.#reporter.raise(outer(rule, got));
  }
}
