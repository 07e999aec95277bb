import { createHash, randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { AsyncApplication } from '@tsgi/types';
import { mount } from '@tsgi/middleware/mount';
import { describe, expect, test } from 'vitest';
import { forward, type ForwardOptions } from '../src/index.ts';
import {
  answerOf,
  ask,
  askEnviron,
  atEnd,
  headOf,
  octets,
  send,
  start,
  startSite,
  tellEnviron,
} from './fixtures.ts';

const LARGE = 32 * 2 ** 20;
// a length that no chunk is a multiple of, so that octets out of place are seen
const FILE = Buffer.alloc(LARGE, randomBytes(4099));
const DIGEST = createHash('sha256').update(FILE).digest('hex');
const PROTOCOLS = ['http', 'fastcgi', 'scgi', 'uwsgi'] as const;

describe.each(PROTOCOLS)('a server of this project that speaks %s', (protocol) => {
  const siteOf = async (
    application: AsyncApplication,
    options: Omit<ForwardOptions, 'upstreams'> = {},
  ): Promise<Awaited<ReturnType<typeof startSite>>> => {
    const upstream = await start(application, { protocol, maxBodySize: 2 * LARGE });
    return startSite({ ...options, upstreams: [upstream.url] }, { maxBodySize: 2 * LARGE });
  };

  test('gets the request as it is, below the mount', async () => {
    const upstream = await start(tellEnviron, { protocol });
    const application = forward({ upstreams: [upstream.url] });
    atEnd(() => application.close());
    const site = await start(mount({ '/caf%C3%A9': application }));
    const told = await askEnviron(`${site.url}/caf%C3%A9/x/%E9%25y?q=1`, {
      method: 'PUT',
      body: octets('content'),
      headers: { Host: 'site.test', 'Content-Type': 'text/plain', 'X-A': 'é', Cookie: 'a=1' },
    });
    expect(told).toMatchObject({
      REQUEST_METHOD: 'PUT',
      PATH_INFO: '/x/%E9%25y',
      QUERY_STRING: 'q=1',
      CONTENT_TYPE: 'text/plain',
      CONTENT_LENGTH: '7',
      HTTP_HOST: 'site.test',
      HTTP_X_A: 'é',
      HTTP_COOKIE: 'a=1',
      REMOTE_ADDR: '127.0.0.1',
      body: 'content',
    });
    const prefix = protocol === 'http' ? told['HTTP_X_FORWARDED_PREFIX'] : told['SCRIPT_NAME'];
    expect(prefix).toBe('/caf%C3%A9');
  });

  test('gets a body of unknown length', async () => {
    const site = await siteOf(tellEnviron);
    const sent = send(site.url, { method: 'POST' });
    sent.write('one ');
    sent.end('two');
    const { body } = await answerOf(await headOf(sent));
    expect(JSON.parse(body)).toMatchObject({ body: 'one two' });
  });

  test.each(['content-length', 'unknown'])(
    'passes 32 MiB in both directions, of a length that is %s',
    async (kind) => {
      const site = await siteOf((environ, startResponse) => {
        const { CONTENT_LENGTH: length = '' } = environ;
        startResponse('200 OK', kind === 'unknown' ? [] : [['Content-Length', length]]);
        return environ['tsgi.async_input'] as AsyncIterable<Uint8Array>;
      });
      const sent = send(site.url, { method: 'POST', headers: { 'Content-Length': LARGE } });
      sent.end(FILE);
      const digest = createHash('sha256');
      let length = 0;
      for await (const chunk of await headOf(sent)) {
        digest.update(chunk as Buffer);
        length += (chunk as Buffer).length;
      }
      expect(length).toBe(LARGE);
      expect(digest.digest('hex')).toBe(DIGEST);
    },
  );

  test('streams as it makes', async () => {
    const steps = new EventEmitter();
    const site = await siteOf((_environ, startResponse) => {
      startResponse('200 OK', [['Content-Type', 'text/plain']]);
      return (async function* () {
        yield octets('one');
        await once(steps, 'seen');
        yield octets('two');
      })();
    });
    const sent = send(site.url);
    sent.end();
    const words: string[] = [];
    for await (const chunk of await headOf(sent)) {
      words.push(String(chunk));
      steps.emit('seen');
    }
    expect(words).toEqual(['one', 'two']);
  });

  test.each([
    ['HEAD', '200 OK'],
    ['GET', '204 No Content'],
    ['GET', '304 Not Modified'],
    ['GET', '404 Not Found'],
  ] as const)('answers %s with %s and no content', async (method, status) => {
    const site = await siteOf((_environ, startResponse) => {
      startResponse(status, [['X-Kept', '1']]);
      return [];
    });
    const answer = await ask(site.url, { method });
    expect(answer).toMatchObject({ status: Number(status.slice(0, 3)), body: '', complete: true });
    expect(answer.headers['x-kept']).toBe('1');
  });

  test('that breaks off aborts the response', async () => {
    const site = await siteOf((_environ, startResponse) => {
      startResponse('200 OK', [['Content-Length', '10']]);
      return (async function* () {
        yield octets('half');
        await new Promise(setImmediate);
        throw new Error('broken on purpose');
      })();
    });
    const { status, complete } = await ask(site.url);
    expect({ status, complete }).toEqual({ status: 200, complete: false });
    expect(site.events.at(-1)).toBe('truncated');
  });

  test('sees a client go away', async () => {
    const seen = new EventEmitter();
    const site = await siteOf(async (environ, startResponse) => {
      startResponse('200 OK', []);
      return (async function* () {
        yield octets('first');
        await new Promise<void>((resolve) => {
          environ['tsgi.signal']?.addEventListener('abort', () => resolve());
        });
        seen.emit('abort', environ['tsgi.signal']?.aborted);
      })();
    });
    const sent = send(site.url);
    sent.end();
    await once(await headOf(sent), 'data');
    const aborted = once(seen, 'abort');
    sent.destroy();
    expect(await aborted).toEqual([true]);
  });
});

describe('FastCGI connections', () => {
  test('are kept where that is asked for', async () => {
    const upstream = await start(tellEnviron, { protocol: 'fastcgi' });
    const site = await startSite({ upstreams: [upstream.url], keepAlive: 1 });
    // one with a body gets a new connection, which is kept for the next one
    const answers = [
      await askEnviron(site.url, { method: 'POST', body: 'one' }),
      await askEnviron(`${site.url}/two`),
      await askEnviron(`${site.url}/three`),
    ];
    expect(answers.map(({ body, PATH_INFO }) => [body, PATH_INFO])).toEqual([
      ['one', '/'],
      ['', '/two'],
      ['', '/three'],
    ]);
    const [counters] = site.application.counters();
    expect(counters?.events).toMatchObject({ connected: 1, reused: 2, ended: 3 });
  });
});
