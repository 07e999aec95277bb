import { describe, expect, test } from 'vitest';
import { recycleReason, requestLimit } from '../../src/arbiter/recycling.ts';

describe('requestLimit', () => {
  test.each([
    [0, 100, 0.9, 0],
    [500, 0, 0.9, 500],
    [500, 100, 0, 500],
    [500, 100, 0.999_999, 600],
  ])('of %i with a jitter of %i at %f is %i', (maxRequests, maxRequestsJitter, random, limit) => {
    const settings = { maxRequests, maxRequestsJitter, maxRss: 0, maxWorkerLifetime: 0 };
    expect(requestLimit(settings, random)).toBe(limit);
  });
});

describe('recycleReason', () => {
  const none = { requests: 0, rss: 0, lifetime: 0 };

  test('is none where nothing is bounded, or no bound is reached', () => {
    expect(recycleReason({ begun: 1e9, rss: 1e12 }, 1e12, none)).toBeUndefined();
    const limits = { requests: 10, rss: 100, lifetime: 1000 };
    expect(recycleReason({ begun: 9, rss: 100 }, 999, limits)).toBeUndefined();
    expect(recycleReason(undefined, 999, limits)).toBeUndefined();
  });

  test.each([
    [{ begun: 10, rss: 0 }, 0, { ...none, requests: 10 }, 'max-requests'],
    [{ begun: 0, rss: 101 }, 0, { ...none, rss: 100 }, 'max-rss'],
    [{ begun: 0, rss: 0 }, 1000, { ...none, lifetime: 1000 }, 'max-worker-lifetime'],
  ])('of %j at the age of %i by %j is %s', (report, age, limits, reason) => {
    expect(recycleReason(report, age, limits)).toBe(reason);
  });
});
