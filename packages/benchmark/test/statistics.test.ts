import { describe, expect, test } from 'vitest';
import { figureOf, median, ratioOf } from '../src/statistics.ts';

describe('median', () => {
  test('is the middle value, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([7])).toBe(7);
  });

  test('is the mean of the two in the middle of an even number', () => {
    expect(median([10, 1, 2, 4])).toBe(3);
  });

  test('sorts as numbers', () => {
    expect(median([100, 20, 3])).toBe(20);
  });

  test('leaves the values as they were', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  test('does not exist of no values', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('figureOf', () => {
  test('keeps what each round gave, in order', () => {
    expect(figureOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, rounds: [3, 1, 2] });
  });
});

describe('ratioOf', () => {
  test('is taken round by round, so that a slow moment of the machine falls out', () => {
    expect(ratioOf([1, 10, 2], [2, 20, 4])?.rounds).toEqual([0.5, 0.5, 0.5]);
  });

  test('is the median of the ratios, not the ratio of the medians', () => {
    expect(ratioOf([1, 2, 9], [1, 4, 3])?.median).toBe(1);
  });

  test('does not exist where a round of the reference is 0', () => {
    expect(ratioOf([1, 1], [1, 0])).toBeUndefined();
  });

  test('refuses figures of different rounds', () => {
    expect(() => ratioOf([1, 2], [1])).toThrow('2 rounds against 1');
  });
});
