import { describe, expect, test } from 'vitest';
import { BackOff, LIVED } from '../../src/arbiter/back-off.ts';

describe('BackOff', () => {
  test('waits twice as long each time, up to half a minute', () => {
    const backOff = new BackOff();
    const delays = Array.from({ length: 11 }, () => backOff.died(0));
    expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  });

  test('does not wait after a worker that has lived', () => {
    const backOff = new BackOff();
    backOff.died(0);
    expect(backOff.died(LIVED)).toBe(0);
    expect(backOff.died(LIVED - 1)).toBe(100);
    backOff.lived();
    expect(backOff.delay).toBe(0);
  });
});
