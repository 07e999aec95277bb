import { isDeepStrictEqual } from 'node:util';
import { show } from '../wire/escape-bytes.ts';
import { CheckFailure } from './failures.ts';

/** The assertions of one check; the first that is violated ends it. */
export class Assertions {
  #count = 0;

  /** How many assertions were executed. */
  get count(): number {
    return this.#count;
  }

  /** `got` is the same value, or an array or record of the same values in the same order. */
  equal(what: string, got: unknown, expected: unknown): void {
    this.#count += 1;
    if (!isDeepStrictEqual(got, expected)) throw new CheckFailure(what, show(expected), show(got));
  }

  /** `got` is one of the values that a conforming server may choose from. */
  oneOf(what: string, got: unknown, accepted: readonly unknown[]): void {
    this.#count += 1;
    if (accepted.some((value) => isDeepStrictEqual(value, got))) return;
    throw new CheckFailure(what, `one of ${accepted.map(show).join(', ')}`, show(got));
  }

  /** `holds` is true; `expected` and `got` say what is asked for and what came instead. */
  holds(what: string, holds: boolean, told: { expected: string; got: string }): void {
    this.#count += 1;
    if (!holds) throw new CheckFailure(what, told.expected, told.got);
  }
}
