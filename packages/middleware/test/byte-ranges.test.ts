import { describe, expect, test } from 'vitest';
import { parseByteRanges } from '../src/byte-ranges.ts';

describe('parseByteRanges', () => {
  test.each([
    ['bytes=0-0', [[0, 1]]],
    ['bytes=2-', [[2, 10]]],
    ['bytes=-3', [[7, 10]]],
    ['bytes=-30', [[0, 10]]],
    ['bytes=5-99', [[5, 10]]],
    [
      'Bytes = 0-1 , 4-5,',
      [
        [0, 2],
        [4, 6],
      ],
    ],
    [
      'bytes=8-9,0-1',
      [
        [8, 10],
        [0, 2],
      ],
    ],
    ['bytes=10-', []],
    ['bytes=-0', []],
    ['bytes=0-1,10-', [[0, 2]]],
    ['bytes=3-2', undefined],
    ['bytes=', undefined],
    ['bytes=-', undefined],
    ['bytes=a-b', undefined],
    ['bytes=0-1;2-3', undefined],
    ['items=0-1', undefined],
    ['bytes=0-4,4-6', undefined],
    [`bytes=${Array.from({ length: 17 }, () => '0-0').join(',')}`, undefined],
  ])('%s', (field, ranges) => {
    const expected = ranges?.map(([start, end]) => ({ start, end }));
    expect(parseByteRanges(field, 10)).toEqual(expected);
  });

  test('finds no range in nothing', () => {
    expect([parseByteRanges('bytes=0-', 0), parseByteRanges('bytes=-1', 0)]).toEqual([[], []]);
  });
});
