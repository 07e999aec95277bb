import { sizedArray } from './sized-array.ts';

/**
 * name, value, name, value, … as the pairs of a header list, in the same order; `Headers` of the
 * fetch API takes them as well.
 */
export function headerPairs(flat: readonly string[]): Array<[name: string, value: string]> {
  const pairs = sizedArray<[name: string, value: string]>(flat.length / 2);
  for (let index = 0; index < flat.length; index += 2) {
    pairs[index / 2] = [flat[index] as string, flat[index + 1] as string];
  }
  return pairs;
}
