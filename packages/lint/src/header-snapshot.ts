import { quote } from './describe-value.ts';

/** A header list as it was at the call of startResponse, to see whether it stays so. */
export class HeaderSnapshot {
  readonly #list: readonly unknown[];
  readonly #pairs: readonly (readonly unknown[])[];
  readonly #copies: readonly (readonly unknown[])[];

  /** Takes a list that was checked: an Array of Arrays. */
  constructor(list: readonly (readonly unknown[])[]) {
    this.#list = list;
    this.#pairs = [...list];
    this.#copies = list.map((pair) => [...pair]);
  }

  /** What is different now, in words; undefined where nothing is. */
  difference(): string | undefined {
    if (this.#list.length !== this.#pairs.length) {
      return `a list of ${this.#pairs.length} that now has ${this.#list.length}`;
    }
    for (const [index, pair] of this.#pairs.entries()) {
      const name = quote(String(this.#copies[index]?.[0]));
      if (this.#list[index] !== pair) {
        return `another pair in the place of ${name}`;
      }
      if (!sameItems(pair, this.#copies[index] ?? [])) {
        return `${name} with a changed pair`;
      }
    }
    return undefined;
  }
}

function sameItems(now: readonly unknown[], then: readonly unknown[]): boolean {
  return now.length === then.length && then.every((item, index) => now[index] === item);
}
