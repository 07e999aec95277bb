import { describe, expect, test } from 'vitest';
import { type GoldenCase, loadGoldenCases } from './golden-case.ts';
import { escape, unescape } from './notation.ts';
import { segmentations } from './segmentation.ts';

const CASES = loadGoldenCases();

describe('golden files', () => {
  test('hold the cases that this suite was written for', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(300);
  });

  test.each(CASES)('$title', ({ input, log, run }: GoldenCase) => {
    const expected = log.map((line) => escape(unescape(line)));
    expect(run([input])).toEqual(expected);
    const text = expected.join('\n');
    const ways = segmentations(input);
    const others = ways.filter(([, pieces]) => run(pieces).join('\n') !== text);
    expect(others.map(([name]) => name)).toEqual([]);
    const lent = ways.filter(([, pieces]) => run(pieces, true).join('\n') !== text);
    expect(lent.map(([name]) => name)).toEqual([]);
  });
});
