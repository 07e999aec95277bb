import { describe, expect, test } from 'vitest';
import { RequestFigures } from '../../src/arbiter/request-figures.ts';
import { addTotals, DURATION_BOUNDS, NO_TOTALS } from '../../src/arbiter/worker-report.ts';

const REQUEST = { method: 'GET', status: 200, duration: 3, bytesSent: 10, bytesReceived: 1 };

describe('RequestFigures', () => {
  test('counts by method and class of status, with one name for methods that are unknown', () => {
    const figures = new RequestFigures();
    figures.record(REQUEST);
    figures.record({ ...REQUEST, status: 204 });
    figures.record({ ...REQUEST, method: 'BREW', status: 418 });
    figures.record({ ...REQUEST, method: undefined, status: undefined });
    const { requests, bytesSent, bytesReceived, accepted } = figures.totals(7);
    expect(requests).toEqual({ 'GET 2xx': 2, 'other 4xx': 1, 'other none': 1 });
    expect([bytesSent, bytesReceived, accepted]).toEqual([40, 4, 7]);
  });

  test('puts each duration below its bound, the bound included', () => {
    const figures = new RequestFigures();
    for (const bound of DURATION_BOUNDS) {
      figures.record({ ...REQUEST, duration: bound * 1000 });
    }
    figures.record({ ...REQUEST, duration: 60_000 });
    expect(figures.totals(0).durations).toEqual([...DURATION_BOUNDS.map(() => 1), 1]);
  });
});

describe('addTotals', () => {
  test('adds every figure', () => {
    const figures = new RequestFigures();
    figures.record(REQUEST);
    const once = figures.totals(2);
    const twice = addTotals(addTotals(NO_TOTALS, once), once);
    expect(twice).toMatchObject({ requests: { 'GET 2xx': 2 }, bytesSent: 20, accepted: 4 });
    expect(twice.durations.reduce((sum, count) => sum + count)).toBe(2);
    expect(twice.durationSum).toBeCloseTo(0.006);
  });
});
