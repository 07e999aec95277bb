import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { availableDoors, makeScratchFolder, openDoor, type OpenDoor } from '@tsgi/doors';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RedisServer, whyNoRedis } from './redis-server.ts';

const APP = fileURLToPath(new URL('../dist/app.js', import.meta.url));
const missing = whyNoRedis();
if (missing !== undefined) process.stderr.write(`two servers are left out: ${missing}\n`);
const isHere = missing === undefined && availableDoors(['nginx-http']).length > 0;

const LIMIT = 60;
/** nginx asks its servers in turn, each of its processes for itself. */
const TRIES = 20;

const redis = new RedisServer();
const scratch = makeScratchFolder();
let door: OpenDoor;
let onOutput: () => void = () => {};

/** A browser with one cookie. */
class Visitor {
  #cookie = '';

  async ask(path: string, form?: Record<string, string>): Promise<Response> {
    const headers = { Cookie: this.#cookie, Origin: door.url };
    const sent = form && { method: 'POST', body: new URLSearchParams(form) };
    const response = await fetch(door.url + path, { ...sent, headers });
    this.#cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? this.#cookie;
    return response;
  }

  /** What each of the two servers says. */
  async askBoth(path: string): Promise<readonly string[]> {
    const said = new Map<string | null, string>();
    for (let count = 0; count < TRIES && said.size < 2; count += 1) {
      const response = await this.ask(path);
      said.set(response.headers.get('x-server'), await response.text());
    }
    return [...said.values()];
  }
}

/** Settles when both servers have written a line. */
async function untilBothSay(line: string): Promise<void> {
  while (!door.backends.every(({ output }) => output.includes(line))) {
    await new Promise<void>((resolve) => {
      onOutput = resolve;
    });
  }
}

async function forget(): Promise<void> {
  const client = createClient({ socket: { path: redis.socket, tls: false } });
  await client.connect();
  await client.flushAll();
  await client.close();
}

describe.skipIf(!isHere)('two servers behind nginx', () => {
  beforeAll(async () => {
    await redis.start();
    door = await openDoor('nginx-http', {
      app: APP,
      folder: join(scratch.path, 'door'),
      servers: 2,
      env: { REDIS_URL: redis.url, RATE_LIMIT: String(LIMIT) },
      onOutput: () => onOutput(),
    });
  });
  afterAll(async () => {
    await door?.close();
    await redis.close();
    scratch.remove();
  });

  test('know whom one of them has let in, and forget whom one of them has let go', async () => {
    const visitor = new Visitor();
    expect((await visitor.ask('/login', { name: 'Ada' })).status).toBe(200);
    expect(await visitor.askBoth('/')).toEqual(['Hello, Ada\n', 'Hello, Ada\n']);
    expect((await visitor.ask('/logout', {})).status).toBe(200);
    expect(await visitor.askBoth('/')).toEqual(['Hello, stranger\n', 'Hello, stranger\n']);
  });

  test('count the requests of a client together', async () => {
    await forget();
    const asked = Array.from({ length: LIMIT + 20 }, () => new Visitor().ask('/'));
    const answers = await Promise.all(asked);
    const admitted = answers.filter(({ status }) => status === 200);
    expect(admitted).toHaveLength(LIMIT);
    expect(new Set(admitted.map(({ headers }) => headers.get('x-server'))).size).toBe(2);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  });

  test('answer with 503 while Redis is gone, and serve again when it is back', async () => {
    await redis.kill();
    const refused = await new Visitor().ask('/');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    await redis.start();
    await untilBothSay('Redis is back\n');
    const visitor = new Visitor();
    expect((await visitor.ask('/login', { name: 'Ada' })).status).toBe(200);
    expect(await visitor.askBoth('/')).toEqual(['Hello, Ada\n', 'Hello, Ada\n']);
    const told = door.backends.map(({ output }) => output.match(/^Redis is .*?(?=:|$)/gm));
    const changes = ['Redis is gone', 'Redis is back'];
    expect(told).toEqual([changes, changes]);
  });
});
