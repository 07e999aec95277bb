import { type AsyncClient, createAsyncClient } from '@tsgi/testing';
import type { RedisClientType } from 'redis';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createRedis, logChanges } from '../src/redis-link.ts';
import { createSite, type SiteOptions } from '../src/site.ts';
import { RedisServer, whyNoRedis } from './redis-server.ts';

const missing = whyNoRedis();
if (missing !== undefined) process.stderr.write(`redis-stores is left out: ${missing}\n`);

const server = new RedisServer();
const redis: RedisClientType = createRedis(server.url);
const lines: string[] = [];
logChanges(redis, (line) => lines.push(line));

const ENOUGH = 1000;

function visitor(options: Partial<SiteOptions> = {}): AsyncClient {
  const site = createSite(redis, { limit: ENOUGH, whenGone: 'refuse', ...options });
  return createAsyncClient(site, { scheme: 'https', headers: { Origin: 'https://localhost' } });
}

async function logIn(client: AsyncClient): Promise<void> {
  await client.post('/login', { form: { name: 'Ada' }, expect: 200 });
}

/** Starts Redis again; settles when the client has noticed by itself. */
async function goOn(): Promise<void> {
  const ready = new Promise((resolve) => redis.once('ready', resolve));
  await server.start();
  await ready;
}

/** Settles when Redis has noticed that a key's time is over. */
async function untilExpired(key: string): Promise<void> {
  await redis.pExpire(key, 1);
  while ((await redis.exists(key)) > 0);
}

describe.skipIf(missing !== undefined)('with Redis', () => {
  beforeAll(async () => {
    await server.start();
    await redis.connect();
  });
  beforeEach(async () => {
    await redis.flushAll();
    lines.length = 0;
  });
  afterAll(async () => {
    redis.destroy();
    await server.close();
  });

  describe('redisSessions', () => {
    test('keeps a session until its visitor leaves', async () => {
      const client = visitor();
      expect((await client.get('/')).text()).toBe('Hello, stranger\n');
      await logIn(client);
      expect((await client.get('/')).text()).toBe('Hello, Ada\n');
      expect(await redis.keys('session:*')).toHaveLength(1);
      await client.post('/logout', { expect: 200 });
      expect((await client.get('/')).text()).toBe('Hello, stranger\n');
      expect(await redis.keys('session:*')).toEqual([]);
    });

    test('leaves it to Redis to forget a session, a day after its last request', async () => {
      const client = visitor();
      await logIn(client);
      const [key = ''] = await redis.keys('session:*');
      await redis.expire(key, 60);
      await client.get('/', { expect: 200 });
      expect(await redis.ttl(key)).toBeGreaterThan(86_000);
      await untilExpired(key);
      expect((await client.get('/')).text()).toBe('Hello, stranger\n');
    });

    test('stores nothing under the id that the visitor has', async () => {
      const client = visitor();
      await logIn(client);
      const id = client.cookies.get('__Host-session') ?? '';
      expect(id).toHaveLength(43);
      expect(await redis.keys(`*${id}*`)).toEqual([]);
    });

    test('brings no session back that another request has ended', async () => {
      const client = visitor();
      await logIn(client);
      const cookie = client.cookies.get('__Host-session') ?? '';
      const headers = { Cookie: `__Host-session=${cookie}` };
      const asked = Array.from({ length: 20 }, (_, index) =>
        index === 10
          ? client.post('/logout', { headers })
          : visitor().get('/', { headers, expect: 200 }),
      );
      await Promise.all(asked);
      expect(await redis.keys('session:*')).toEqual([]);
    });
  });

  describe('redisHits', () => {
    test('counts every request once, however many come at a time', async () => {
      const clients = Array.from({ length: 4 }, () => visitor({ limit: 10 }));
      const asked = clients.flatMap((client) => Array.from({ length: 5 }, () => client.get('/')));
      const answers = await Promise.all(asked);
      const left = answers.map((answer) => /r=(\d+)/.exec(answer.header('ratelimit') ?? '')?.[1]);
      expect(left.map(Number).toSorted((a, b) => a - b)).toEqual([
        ...Array<number>(10).fill(0),
        ...Array.from({ length: 10 }, (_, index) => index),
      ]);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
    });

    test('leaves it to Redis to end the window', async () => {
      const client = visitor({ limit: 1 });
      await client.get('/', { expect: 200 });
      const [key = ''] = await redis.keys('rate:*');
      expect(await redis.pTTL(key)).toBeGreaterThan(50_000);
      const refused = await client.get('/', { expect: 429 });
      expect(Number(refused.header('retry-after'))).toBeGreaterThan(50);
      await untilExpired(key);
      await client.get('/', { expect: 200 });
    });
  });

  describe('without its answer', () => {
    test.each([
      ['gone', () => server.kill(), goOn],
      ['stuck', () => server.signal('SIGSTOP'), () => server.signal('SIGCONT')],
    ] as const)('a Redis that is %s makes 503 of a session', async (_how, stop, mend) => {
      const client = visitor({ whenGone: 'allow' });
      await logIn(client);
      await stop();
      onTestFinished(mend);
      const refused = await client.get('/');
      expect([refused.status, refused.header('retry-after')]).toEqual([503, '5']);
      expect(refused.errors).toMatch(/\nCaused by: \w*Error: /);
      client.cookies.clear();
      expect((await client.get('/')).text()).toBe('Hello, stranger\n');
    });

    test('refuses what it cannot count, or lets each server count for itself', async () => {
      await server.kill();
      onTestFinished(goOn);
      const refuse = visitor({ limit: 2, whenGone: 'refuse' });
      expect((await refuse.get('/')).status).toBe(503);
      const allow = visitor({ limit: 2, whenGone: 'allow' });
      const statuses = [await allow.get('/'), await allow.get('/'), await allow.get('/')];
      expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429]);
    });

    test('goes on when Redis is back, and says so once', async () => {
      const client = visitor();
      await logIn(client);
      await server.kill();
      expect((await client.get('/')).status).toBe(503);
      await goOn();
      await logIn(client);
      expect((await client.get('/')).text()).toBe('Hello, Ada\n');
      expect(lines).toEqual([expect.stringMatching(/^Redis is gone: /), 'Redis is back']);
    });
  });
});
