import { createClient } from '@tsgi/testing';
import type { Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { clientKey, memoryStore, rateLimit } from '../src/rate-limit.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { answering, lazyAsync } from './samples.ts';

describe('rateLimit', () => {
  const clock = { now: 0 };
  const limiter = () =>
    rateLimit({ limit: 2, window: 60_000, store: memoryStore(() => clock.now) });

  test('tells what is left and refuses what exceeds the limit until the window ends', () => {
    const client = clientBetween(limiter(), answering('200 OK'));
    const [one, two, three] = [client.get('/'), client.get('/'), client.get('/')];
    expect([one.status, two.status, three.status]).toEqual([200, 200, 429]);
    expect(one.header('ratelimit-policy')).toBe('"default";q=2;w=60');
    expect([one, two, three].map((response) => response.header('ratelimit'))).toEqual([
      '"default";r=1;t=60',
      '"default";r=0;t=60',
      '"default";r=0;t=60',
    ]);
    expect(three.header('retry-after')).toBe('60');
    clock.now += 60_000;
    expect(client.get('/').status).toBe(200);
  });

  test('counts clients apart', () => {
    const site = limiter()(answering('200 OK'));
    const ask = (remoteAddress: string): number =>
      createClient(site, { remoteAddress }).get('/').status;
    const one = '2001:db8:0:1::1';
    expect([ask(one), ask('2001:db8:0:1::2'), ask(one), ask('2001:db8:0:2::1')]).toEqual([
      200, 200, 429, 200,
    ]);
  });

  test('waits for a store that answers later', async () => {
    const store = { hit: async () => ({ count: 3, resetIn: 1500 }) };
    const client = asyncClientBetween(
      rateLimit({ limit: 2, window: 2000, store }),
      lazyAsync('200 OK'),
    );
    const response = await client.get('/');
    expect([response.status, response.header('retry-after')]).toEqual([429, '2']);
  });

  test('does not count for a key of nobody', () => {
    const client = clientBetween(
      rateLimit({ limit: 0, window: 1, key: () => undefined }),
      answering('200 OK'),
    );
    expect(client.get('/').status).toBe(200);
  });

  test('drops windows that have ended', () => {
    const store = memoryStore(() => clock.now);
    for (let index = 0; index < 10_001; index++) store.hit(`k${index}`, 1);
    clock.now += 2;
    expect(store.hit('k1', 1).count).toBe(1);
  });

  test('refuses wrong options', () => {
    expect(() => rateLimit({ limit: -1, window: 1 })).toThrow('rateLimit: limit must be');
    expect(() => rateLimit({ limit: 1, window: 1, name: 'a b' })).toThrow(
      'rateLimit: name must be',
    );
  });
});

describe('clientKey', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
  ])('of %s is %s', (address, key) => {
    expect(clientKey({ REMOTE_ADDR: address } as Environ)).toBe(key);
  });
});
