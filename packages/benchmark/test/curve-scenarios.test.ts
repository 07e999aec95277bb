import { describe, expect, test } from 'vitest';
import { growthOf, longPath } from '../src/curve-scenarios.ts';

describe('growthOf', () => {
  test('is 2 where the cost is linear and 4 where it is quadratic', () => {
    expect(growthOf([5, 10, 20])).toBe(2);
    expect(growthOf([1, 4, 16])).toBe(4);
  });
});

describe('longPath', () => {
  test('has the length asked for', () => {
    expect(longPath(16_384)).toHaveLength(16_384);
  });
});
