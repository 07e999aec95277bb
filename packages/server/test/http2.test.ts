import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, constants } from 'node:http2';
import type { Application, AsyncApplication, Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { answer, echo, gate, octets } from './server-fixture.ts';
import { answerOf, ask, session, startTls } from './tls-fixture.ts';

const TRAILERS = { te: 'trailers' };

/** The optional entries of environ that write to the connection. */
const writing = answer((environ: Environ) =>
  Object.keys(environ)
    .filter((key) => /^tsgi\.(?:early|trailers|flush)/.test(key))
    .toSorted()
    .join(' '),
);

/** What came of a response until its stream was closed, for whatever reason. */
function contentOf(stream: ClientHttp2Stream): Promise<string> {
  let content = '';
  stream.setEncoding('latin1');
  stream.on('error', () => {});
  stream.on('data', (piece: string) => {
    content += piece;
  });
  return new Promise((resolve) => {
    stream.once('close', () => resolve(content));
  });
}

describe('serve on HTTP/2', () => {
  test('offers what writes to the connection, and trailers to whom wants them', async () => {
    const { server } = await startTls(writing);
    const client = session(server);
    expect((await ask(client, { ':path': '/' })).content).toBe('tsgi.early_hints');
    expect((await ask(client, { ':path': '/', ...TRAILERS })).content).toBe(
      'tsgi.early_hints tsgi.trailers',
    );
  });

  test('sends hints before the head, in order', async () => {
    const seen = gate();
    const app: AsyncApplication = async (environ, startResponse) => {
      environ['tsgi.early_hints']?.([
        ['Link', '</a>'],
        ['Link', '</b>'],
      ]);
      environ['tsgi.early_hints']?.([['X-C', 'c']]);
      await seen.opened;
      startResponse('200 OK', []);
      return [octets('body')];
    };
    const { server } = await startTls(app, { profile: 'async' });
    const stream = session(server).request({ ':path': '/' });
    const hints: unknown[] = [];
    stream.on('headers', (headers) => {
      hints.push([headers[':status'], headers['link'], headers['x-c']]);
      if (hints.length === 2) {
        seen.open();
      }
    });
    expect((await answerOf(stream)).content).toBe('body');
    expect(hints).toEqual([
      [103, '</a>, </b>', undefined],
      [103, undefined, 'c'],
    ]);
  });

  test.each([
    ['an array', () => [octets('abc')]],
    ['no content', () => []],
  ] as const)('sends trailers after %s', async (_what, body) => {
    const app: Application = (environ, startResponse) => {
      environ['tsgi.trailers']?.([
        ['X-B', '2'],
        ['X-A', '1'],
        ['X-B', '3'],
      ]);
      startResponse('200 OK', []);
      return body();
    };
    const { server } = await startTls(app);
    const stream = session(server).request({ ':path': '/', ...TRAILERS });
    const trailers = once(stream, 'trailers');
    const { headers } = await answerOf(stream);
    expect(headers).toMatchObject({ trailer: 'X-B, X-A' });
    expect((await trailers)[0]).toMatchObject({ 'x-a': '1', 'x-b': '2, 3' });
  });

  test('ends a response without trailers where they were wanted and none were set', async () => {
    const { server } = await startTls(answer(() => 'abc'));
    const client = session(server);
    for (const method of ['GET', 'HEAD']) {
      const { headers, content } = await ask(client, { ':method': method, ...TRAILERS });
      expect(headers[':status']).toBe(200);
      expect(content).toBe(method === 'GET' ? 'abc' : '');
    }
  });

  test('sends trailers though the request body is still under way', async () => {
    const app: AsyncApplication = (environ, startResponse) => {
      environ['tsgi.trailers']?.([['X-A', '1']]);
      startResponse('200 OK', []);
      return [octets('abc')];
    };
    const { server } = await startTls(app, { profile: 'async' });
    const stream = session(server).request(
      { ':method': 'POST', ':path': '/', ...TRAILERS },
      { endStream: false },
    );
    const content = contentOf(stream);
    expect((await once(stream, 'trailers'))[0]).toMatchObject({ 'x-a': '1' });
    expect(await content).toBe('abc');
    expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
  });

  test.each([
    ['a long path', 414, { ':path': `/${'x'.repeat(5000)}` }],
    ['a large field', 431, { ':path': '/', 'x-a': 'x'.repeat(5000) }],
    [
      'a large head',
      431,
      { ':path': '/', 'x-a': 'x'.repeat(3000), 'x-b': 'x'.repeat(3000), 'x-c': 'x'.repeat(3000) },
    ],
    [
      'many fields',
      431,
      Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`x-${at}`, 'v'])),
    ],
  ] as const)('answers %s with %i, and goes on', async (_what, status, headers) => {
    let calls = 0;
    const { server } = await startTls(
      answer(() => {
        calls += 1;
        return 'fine';
      }),
      { maxRequestLine: 4096, maxFieldSize: 4096, maxHeaderSize: 8192, maxFields: 50 },
    );
    const client = session(server);
    expect((await ask(client, headers)).headers[':status']).toBe(status);
    expect(calls).toBe(0);
    expect((await ask(client, { ':path': '/' })).content).toBe('fine');
  });

  test.each([
    [
      'that node sends once only',
      [
        ['ETag', '"a"'],
        ['etag', '"b"'],
      ],
      { etag: '"a", "b"' },
    ],
    [
      'repeated',
      [
        ['X-A', '1'],
        ['x-a', '2'],
        ['X-B', '3'],
      ],
      { 'x-a': '1, 2', 'x-b': '3' },
    ],
    [
      'of a name that objects have',
      [
        ['constructor', 'c'],
        ['__proto__', 'p'],
      ],
      { constructor: 'c' },
    ],
    ['without a value', [['X-A', '']], { 'x-a': '' }],
  ] as const)('sends fields %s', async (_what, fields, expected) => {
    const { server, faults } = await startTls(answer(() => 'body', fields));
    const { headers, content } = await ask(session(server), { ':path': '/' });
    expect(headers).toMatchObject(expected);
    expect(content).toBe('body');
    expect(faults).toEqual([]);
  });

  test('sends no field that belongs to a connection', async () => {
    const { server, faults } = await startTls(answer(() => 'body', [['HTTP2-Settings', 'x']]));
    const { headers } = await ask(session(server), { ':path': '/' });
    expect(headers).not.toHaveProperty('http2-settings');
    expect(faults).toEqual([]);
  });

  test('sends 100 when the body is awaited, and none to who does not ask', async () => {
    const { server } = await startTls(echo);
    const client = session(server);
    const asking = client.request(
      { ':method': 'POST', ':path': '/', expect: '100-continue' },
      { endStream: false },
    );
    const answered = answerOf(asking);
    await once(asking, 'continue');
    asking.end('abc');
    expect((await answered).content).toBe('abc');
    const plain = client.request({ ':method': 'POST', ':path': '/' }, { endStream: false });
    let continued = 0;
    plain.on('continue', () => {
      continued += 1;
    });
    plain.end('abc');
    expect((await answerOf(plain)).content).toBe('abc');
    expect(continued).toBe(0);
  });

  test('closes the session after maxRequestsPerConnection', async () => {
    const { server } = await startTls(
      answer((environ) => environ.PATH_INFO),
      { maxRequestsPerConnection: 2 },
    );
    const client = session(server);
    const closed = once(client, 'close');
    expect((await ask(client, { ':path': '/1' })).content).toBe('/1');
    expect((await ask(client, { ':path': '/2' })).content).toBe('/2');
    await closed;
    expect((await ask(session(server), { ':path': '/3' })).content).toBe('/3');
  });

  test('serves the request that comes on an idle session while the server closes', async () => {
    const { server } = await startTls(answer(() => 'last'));
    const client = session(server);
    await once(client, 'connect');
    const closing = server.close();
    expect((await ask(client, { ':path': '/' })).content).toBe('last');
    await closing;
    expect(server.counters()).toMatchObject({ connections: 0, active: 0, requests: 1 });
  });

  test('answers every request that it has taken when it closes under load', async () => {
    const { server, faults } = await startTls(answer((environ) => environ.PATH_INFO));
    const clients = Array.from({ length: 4 }, () => session(server));
    let answered = 0;
    const enough = gate();
    const keepAsking = async (client: ClientHttp2Session): Promise<void> => {
      while (!client.closed && !client.destroyed) {
        const content = await contentOf(client.request({ ':path': '/x' }));
        answered += content === '/x' ? 1 : 0;
        if (answered === 500) {
          enough.open();
        }
      }
    };
    const asking = clients.flatMap((client) => Array.from({ length: 8 }, () => keepAsking(client)));
    await enough.opened;
    await server.close();
    await Promise.all(asking);
    expect(server.counters()).toMatchObject({ connections: 0, active: 0, requests: answered });
    expect(faults).toEqual([]);
  });
});
