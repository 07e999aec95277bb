import { describe, expect, test } from 'vitest';
import { Balancer } from '../src/balancer.ts';
import type { UpstreamOptions } from '../src/options.ts';
import { resolveOptions } from '../src/settings.ts';
import { Upstream } from '../src/upstream.ts';

function make(...options: ReadonlyArray<Partial<UpstreamOptions>>): {
  readonly upstreams: readonly Upstream[];
  readonly pick: (now?: number, tried?: readonly string[]) => string | undefined;
  readonly balancer: Balancer;
} {
  const { upstreams } = resolveOptions({
    upstreams: options.map((one, at) => Object.assign({ url: `http://${'abcdef'[at]}` }, one)),
  });
  const all = upstreams.map((settings) => new Upstream(settings, 1000));
  const balancer = new Balancer(all);
  return {
    upstreams: all,
    balancer,
    pick(now = 0, tried = []) {
      const skipped = all.filter(({ settings }) => tried.includes(settings.url));
      return balancer.pick(now, new Set(skipped))?.settings.url.slice('http://'.length);
    },
  };
}

describe('Balancer', () => {
  test('takes upstreams of equal weight in turn', () => {
    const { pick } = make({}, {}, {});
    expect([pick(), pick(), pick(), pick()].join('')).toBe('abca');
  });

  test('spreads what a heavy one gets', () => {
    const { pick } = make({ weight: 5 }, {}, {});
    expect(Array.from({ length: 7 }, () => pick()).join('')).toBe('aabacaa');
  });

  test('does not pick one that was tried, and none where all were', () => {
    const { pick } = make({}, {});
    expect(pick(0, ['http://a'])).toBe('b');
    expect(pick(0, ['http://a', 'http://b'])).toBeUndefined();
  });

  test('asks a backup only while none of the others is available', () => {
    const { upstreams, pick } = make({}, { backup: true });
    expect([pick(), pick()].join('')).toBe('aa');
    upstreams[0]?.begin(0);
    upstreams[0]?.fail(0);
    expect(pick(1)).toBe('b');
    expect(pick(10_001)).toBe('a');
  });

  test('passes over one that has as many requests as it may', () => {
    const { upstreams, pick } = make({ maxConnections: 1 }, {});
    upstreams[0]?.begin(0);
    expect([pick(), pick()].join('')).toBe('bb');
    upstreams[0]?.end();
    expect([pick(), pick()]).toContain('a');
  });

  test('leaves out for failTimeout what failed maxFails times', () => {
    const { upstreams, balancer } = make({ maxFails: 2, failTimeout: 5000 }, {});
    const [a] = upstreams as [Upstream];
    a.begin(0);
    expect(a.fail(0)).toBe(false);
    expect(a.isAvailable(1, false)).toBe(true);
    expect(a.fail(1000)).toBe(true);
    expect(a.isAvailable(1001, false)).toBe(false);
    expect(a.availableIn(2000)).toBe(4000);
    expect(balancer.retryAfter(2000)).toBe(1);
    expect(a.isAvailable(6000, false)).toBe(true);
  });

  test('gives one that was left out one request to prove itself', () => {
    const { upstreams } = make({ failTimeout: 5000 }, {});
    const [a] = upstreams as [Upstream];
    a.begin(0);
    a.fail(0);
    a.end();
    a.begin(5000);
    expect(a.isAvailable(5001, false)).toBe(false);
    expect(a.succeed()).toBe(true);
    expect(a.isAvailable(5002, false)).toBe(true);
  });

  test('a single one is never left out', () => {
    const { upstreams, pick } = make({});
    upstreams[0]?.fail(0);
    expect(pick(1)).toBe('a');
  });

  test('failures that maxFails 0 allows are not counted', () => {
    const { upstreams, pick } = make({ maxFails: 0 }, {});
    expect(upstreams[0]?.fail(0)).toBe(false);
    expect([pick(), pick()].join('')).toBe('ab');
  });
});
