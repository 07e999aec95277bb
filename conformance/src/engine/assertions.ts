import { isDeepStrictEqual } from 'node:util';
import { show } from '../wire/escape-bytes.ts';
import { CheckFailure } from './failures.ts';
import { sites } from './sites.ts';

/** The assertions of one check; the first that is violated ends it. */
export class Assertions {
  readonly #check: string;
  #count = 0;

  /** `check` is the id of the check they belong to. */
  constructor(check: string) {
    this.#check = check;
  }

  /** How many assertions were executed. */
  get count(): number {
    return this.#count;
  }

  /** `got` is the same value, or an array or record of the same values in the same order. */
  equal(what: string, got: unknown, expected: unknown): void {
    this.#judge(what, () => isDeepStrictEqual(got, expected), [() => show(expected), got]);
  }

  /** `got` is one of the values that a conforming server may choose from. */
  oneOf(what: string, got: unknown, accepted: readonly unknown[]): void {
    const list = (): string => `one of ${accepted.map(show).join(', ')}`;
    const isAccepted = (): boolean => accepted.some((value) => isDeepStrictEqual(value, got));
    this.#judge(what, isAccepted, [list, got]);
  }

  /** `holds` is true; `expected` and `got` say what is asked for and what came instead. */
  holds(what: string, holds: boolean, told: { expected: string; got: string }): void {
    const site = sites.ofCheck(this.#check, what);
    if (!sites.inForce(site)) return;
    this.#count += 1;
    if (!holds) throw new CheckFailure(what, told.expected, told.got).at(site);
  }

  #judge(
    what: string,
    isRight: () => boolean,
    [expected, got]: readonly [expected: () => string, got: unknown],
  ): void {
    const site = sites.ofCheck(this.#check, what);
    if (!sites.inForce(site)) return;
    this.#count += 1;
    if (isRight()) return;
    throw new CheckFailure(what, expected(), show(got)).at(site);
  }
}
