import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { environKey, FieldMemory, readFields } from '../src/request-fields.ts';

/** name, value, … of so many fields with names of their own, then one more of each. */
function twice(count: number): string[] {
  const names = Array.from({ length: count }, (_, index) => `X-${index}`);
  return [
    ...names.flatMap((name) => [name, 'a']),
    ...names.flatMap((name) => [name.toLowerCase(), 'b']),
  ];
}

describe('readFields', () => {
  test.each([1, 31, 32, 33, 100])('joins %i fields that come twice', (count) => {
    const { entries } = readFields(twice(count));
    const expected = Array.from({ length: count }, (_, index) => [`HTTP_X_${index}`, 'a, b']);
    expect(entries).toEqual(expected.flat());
  });

  test('takes a value that reads like a key for a value', () => {
    expect(readFields(['A', 'HTTP_B', 'B', '1']).entries).toEqual([
      'HTTP_A',
      'HTTP_B',
      'HTTP_B',
      '1',
    ]);
  });

  test.each<[string[], boolean]>([
    [['TE', 'trailers'], true],
    [['te', 'gzip', 'Te', 'deflate, Trailers'], true],
    [['TE', 'trailers;q=1'], false],
    [['TX', 'trailers'], false],
  ])('reads from %j whether the client takes trailers: %s', (headers, wanted) => {
    expect(readFields(headers).wantsTrailers).toBe(wanted);
  });
});

describe('FieldMemory', () => {
  const HEADERS = ['Host', 'a', 'X', '1', 'x', '2'];

  test('gives the same for the same list, and reads another one', () => {
    const memory = new FieldMemory();
    const fields = memory.read(HEADERS);
    expect(fields).toEqual(readFields(HEADERS));
    expect(memory.read(HEADERS)).toBe(fields);
    expect(memory.read(['Host', 'b']).entries).toEqual(['HTTP_HOST', 'b']);
    expect(memory.read(HEADERS)).toEqual(fields);
  });

  test('reads again what it was told to forget', () => {
    const memory = new FieldMemory();
    const fields = memory.read(HEADERS);
    memory.clear();
    expect(memory.read(HEADERS)).not.toBe(fields);
  });
});

describe('environKey', () => {
  test('keeps names, but not the heads that they came in', () => {
    const before = memoryInUse();
    for (let count = 0; count < 300; count++) {
      const head = `X-Name-Of-${count}-In-A-Head: `.padEnd(100_000, String(count));
      expect(environKey(head.slice(0, head.indexOf(':')))).toBe(
        `HTTP_X_NAME_OF_${count}_IN_A_HEAD`,
      );
    }
    // the heads are 30 MB
    expect(memoryInUse() - before).toBeLessThan(5_000_000);
  });
});

// What is in use once what is not has been collected.
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
