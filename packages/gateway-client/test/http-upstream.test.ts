import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AsyncApplication, Environ, HeaderList } from '@tsgi/types';
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
  startSocket,
  tellEnviron,
  untilReceived,
} from './fixtures.ts';

/** The origin of a site whose requests go to an application on a server of this project. */
async function siteOf(
  application: AsyncApplication,
  options: Omit<ForwardOptions, 'upstreams'> = {},
): Promise<Awaited<ReturnType<typeof startSite>>> {
  const upstream = await start(application);
  return startSite({ ...options, upstreams: [upstream.url] });
}

const answering =
  (
    status: `${number} ${string}`,
    headers: HeaderList,
    chunks: readonly string[],
  ): AsyncApplication =>
  (_environ, startResponse) => {
    startResponse(status, headers);
    return chunks.map((chunk) => octets(chunk)).values();
  };

describe('the request to an HTTP upstream', () => {
  test('has the canonical target, the query as it is, the method and the body', async () => {
    const site = await siteOf(tellEnviron);
    const told = await askEnviron(`${site.url}/a%2fb/%c3%a9/%61?q=%20&é=`.replace('é', '%e9'), {
      method: 'PATCH',
      body: 'content',
      headers: { 'Content-Type': 'text/plain' },
    });
    expect(told).toMatchObject({
      REQUEST_METHOD: 'PATCH',
      REQUEST_URI: '/a%2Fb/%C3%A9/a?q=%20&%e9=',
      CONTENT_TYPE: 'text/plain',
      CONTENT_LENGTH: '7',
      body: 'content',
    });
  });

  test.each([
    ['strip', '/app', '/app/x', '/x', '/app'],
    ['strip', '/app', '/app', '/', '/app'],
    ['keep', '/app', '/app/x', '/app/x', undefined],
    ['keep', '/app', '/app', '/app', undefined],
  ] as const)('with the prefix option %s, mounted at %s, %s becomes %s', async (...row) => {
    const [prefix, at, path, target, forwardedPrefix] = row;
    const upstream = await start(tellEnviron);
    const application = forward({ upstreams: [upstream.url], prefix });
    atEnd(() => application.close());
    const site = await start(mount({ [at]: application }));
    const told = await askEnviron(site.url + path);
    expect(told['REQUEST_URI']).toBe(target);
    expect(told['HTTP_X_FORWARDED_PREFIX']).toBe(forwardedPrefix);
  });

  test('goes below the base of the upstream, which then names no prefix', async () => {
    const upstream = await start(tellEnviron);
    const application = forward({ upstreams: [`${upstream.url}/base`] });
    atEnd(() => application.close());
    const site = await start(mount({ '/app': application }));
    const told = await askEnviron(`${site.url}/app/x?y`);
    expect(told['REQUEST_URI']).toBe('/base/x?y');
    expect(told['HTTP_X_FORWARDED_PREFIX']).toBeUndefined();
  });

  test('goes over a Unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tsgi-gateway-'));
    atEnd(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'x.sock');
    await start(tellEnviron, { listen: { path } });
    const site = await startSite({ upstreams: [`unix:${path}`], host: 'upstream' });
    expect(await askEnviron(`${site.url}/x`)).toMatchObject({
      PATH_INFO: '/x',
      HTTP_HOST: 'localhost',
    });
  });

  test('OPTIONS * stays what it is', async () => {
    const site = await siteOf(tellEnviron);
    const { hostname, port } = new URL(site.url);
    const sent = send(site.url, { hostname, port, method: 'OPTIONS', path: '*' });
    sent.end();
    const { body } = await answerOf(await headOf(sent));
    expect(JSON.parse(body)).toMatchObject({ REQUEST_METHOD: 'OPTIONS', REQUEST_URI: '*' });
  });

  test('tells who asks, in place of what the client says of it', async () => {
    const site = await siteOf(tellEnviron);
    const told = await askEnviron(site.url, {
      headers: {
        Host: 'site.test',
        Forwarded: 'for=1.2.3.4',
        'X-Forwarded-For': '1.2.3.4',
        'X-Forwarded-Port': '1',
        'X-Forwarded-Prefix': '/evil',
        'X-Real-IP': '1.2.3.4',
      },
    });
    const claims = Object.entries(told).filter(([name]) => /FORWARDED|REAL_IP/.test(name));
    expect(Object.fromEntries(claims)).toEqual({
      HTTP_X_FORWARDED_FOR: '127.0.0.1',
      HTTP_X_FORWARDED_HOST: 'site.test',
      HTTP_X_FORWARDED_PROTO: 'http',
    });
    expect(told).toMatchObject({ HTTP_HOST: 'site.test', HTTP_VIA: '1.1 tsgi' });
  });

  test('adds to what a trusted client says', async () => {
    const site = await siteOf(tellEnviron, { trustForwarded: true, forwarded: 'both' });
    const told = await askEnviron(site.url, {
      headers: {
        Host: 'site.test',
        Forwarded: 'for=192.0.2.1;proto=https',
        'X-Forwarded-For': '192.0.2.1',
        'X-Forwarded-Proto': 'https',
        Via: '1.0 front',
      },
    });
    expect(told).toMatchObject({
      HTTP_FORWARDED: 'for=192.0.2.1;proto=https, for=127.0.0.1;host=site.test;proto=http',
      HTTP_X_FORWARDED_FOR: '192.0.2.1, 127.0.0.1',
      HTTP_X_FORWARDED_PROTO: 'https',
      HTTP_X_FORWARDED_HOST: 'site.test',
      HTTP_VIA: '1.0 front, 1.1 tsgi',
    });
  });

  test('has no field that concerns one connection, and none that Connection names', async () => {
    const site = await siteOf(tellEnviron);
    const told = await askEnviron(site.url, {
      headers: {
        Connection: 'close, X-Private, Host',
        'X-Private': '1',
        'Keep-Alive': 'timeout=5',
        TE: 'gzip',
        Upgrade: 'h2c',
        'Proxy-Authorization': 'Basic x',
        Proxy: 'http://evil',
        Authorization: 'Bearer token',
        Cookie: 'a=1',
      },
    });
    expect(told).toMatchObject({ HTTP_AUTHORIZATION: 'Bearer token', HTTP_COOKIE: 'a=1' });
    expect(told['HTTP_HOST']).toBeDefined();
    const dropped = [
      'CONNECTION',
      'KEEP_ALIVE',
      'TE',
      'UPGRADE',
      'PROXY_AUTHORIZATION',
      'PROXY',
      'X_PRIVATE',
    ];
    expect(dropped.filter((name) => told[`HTTP_${name}`] !== undefined)).toEqual([]);
  });

  test('takes fields and Host from the options', async () => {
    const upstream = await start(tellEnviron);
    const site = await startSite({
      upstreams: [upstream.url],
      host: 'inner.test',
      via: false,
      forwarded: 'none',
      fields: { 'X-Key': 'secret', 'User-Agent': undefined },
    });
    const told = await askEnviron(site.url, { headers: { 'x-key': 'guess', 'User-Agent': 'me' } });
    expect(told).toMatchObject({ HTTP_HOST: 'inner.test', HTTP_X_KEY: 'secret' });
    const dropped = ['HTTP_USER_AGENT', 'HTTP_VIA', 'HTTP_X_FORWARDED_FOR'];
    expect(dropped.filter((name) => told[name] !== undefined)).toEqual([]);
  });

  test('says that there is no body where the method lets one expect it', async () => {
    const site = await siteOf(tellEnviron);
    const told = await askEnviron(site.url, { method: 'POST' });
    expect(told['CONTENT_LENGTH']).toBe('0');
    expect((await askEnviron(site.url))['CONTENT_LENGTH']).toBeUndefined();
  });

  test('streams a body of unknown length in chunks, as it comes', async () => {
    const site = await siteOf(async (environ, startResponse) => {
      startResponse('200 OK', []);
      return environ['tsgi.async_input'] as AsyncIterable<Uint8Array>;
    });
    const sent = send(site.url, { method: 'POST' });
    sent.write('one');
    const words: string[] = [];
    for await (const chunk of await headOf(sent)) {
      words.push(String(chunk));
      if (words.length === 1) {
        sent.write('two');
      } else if (words.length === 2) {
        sent.end('three');
      }
    }
    expect(words).toEqual(['one', 'two', 'three']);
  });
});

describe('the response of an HTTP upstream', () => {
  test('keeps status, reason, repeated fields and their order', async () => {
    const site = await siteOf(
      answering(
        '299 Really Fine',
        [
          ['X-B', '1'],
          ['Set-Cookie', 'a=1'],
          ['X-A', 'é'],
          ['Set-Cookie', 'b=2'],
        ],
        ['ab', 'c'],
      ),
    );
    const { status, reason, rawHeaders, body, complete } = await ask(site.url);
    expect({ status, reason, body, complete }).toEqual({
      status: 299,
      reason: 'Really Fine',
      body: 'abc',
      complete: true,
    });
    expect(rawHeaders.slice(0, 8)).toEqual([
      'X-B',
      '1',
      'Set-Cookie',
      'a=1',
      'X-A',
      'é',
      'Set-Cookie',
      'b=2',
    ]);
  });

  test('loses what concerns the connection, what commands a front server, and Status', async () => {
    const { host } = await startSocket(async (socket) => {
      await untilReceived(socket, '\r\n\r\n');
      socket.write(
        'HTTP/1.1 200 OK\r\nConnection: X-Mine, keep-alive\r\nX-Mine: 1\r\nKeep-Alive: max=1\r\n' +
          'Status: 500\r\nX-Accel-Redirect: /etc\r\nX-Sendfile: /etc/passwd\r\nUpgrade: h2c\r\n' +
          'X-Kept: 1\r\nContent-Length: 2\r\n\r\nok',
      );
    });
    const site = await startSite({ upstreams: [`http://${host}`] });
    const { headers, body } = await ask(site.url);
    expect(body).toBe('ok');
    expect(headers['x-kept']).toBe('1');
    const dropped = ['x-mine', 'status', 'x-accel-redirect', 'x-sendfile', 'upgrade'];
    expect(dropped.filter((name) => headers[name] !== undefined)).toEqual([]);
  });

  test('commands to a front server pass where they are wanted', async () => {
    const upstream = await start(answering('200 OK', [['X-Accel-Redirect', '/files/a']], ['']));
    const site = await startSite({ upstreams: [upstream.url], fileFields: 'pass' });
    expect((await ask(site.url)).headers['x-accel-redirect']).toBe('/files/a');
  });

  test.each([
    ['HEAD', '200 OK', [['Content-Length', '5']], '5'],
    ['GET', '204 No Content', [], undefined],
    [
      'GET',
      '304 Not Modified',
      [
        ['Content-Length', '9'],
        ['ETag', '"x"'],
      ],
      '9',
    ],
    ['GET', '200 OK', [['Content-Length', '0']], '0'],
  ] as const)('of %s with %s has no content, and frees the connection', async (...row) => {
    const [method, status, headers, length] = row;
    const site = await siteOf(answering(status, headers, method === 'HEAD' ? ['hello'] : []));
    for (let run = 0; run < 2; run += 1) {
      const answer = await ask(site.url, { method });
      expect(answer).toMatchObject({
        status: Number(status.slice(0, 3)),
        body: '',
        complete: true,
      });
      expect(answer.headers['content-length']).toBe(length);
    }
    expect(site.application.counters()[0]?.events).toMatchObject({ connected: 1, reused: 1 });
  });

  test('arrives as it is made, its head before its content', async () => {
    const steps = new EventEmitter();
    const site = await siteOf((_environ, startResponse) => {
      startResponse('200 OK', [['Content-Type', 'text/event-stream']]);
      return (async function* () {
        yield octets('one');
        await once(steps, 'seen');
        yield octets('two');
        await once(steps, 'seen');
        yield octets('three');
      })();
    });
    const sent = send(site.url);
    sent.end();
    const words: string[] = [];
    for await (const chunk of await headOf(sent)) {
      words.push(String(chunk));
      steps.emit('seen');
    }
    expect(words).toEqual(['one', 'two', 'three']);
  });

  test('shows its head where the upstream waits with the content', async () => {
    const { host } = await startSocket(async (socket) => {
      await untilReceived(socket, '\r\n\r\n');
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n');
    });
    const site = await startSite({ upstreams: [`http://${host}`] });
    const sent = send(site.url);
    sent.end();
    expect((await headOf(sent)).statusCode).toBe(200);
  });

  test('early hints and trailers pass where the client can have them', async () => {
    const site = await siteOf(async (environ: Environ, startResponse) => {
      environ['tsgi.early_hints']?.([['Link', '</a.css>; rel=preload']]);
      environ['tsgi.trailers']?.([['X-Sum', 'abc']]);
      startResponse('200 OK', []);
      return [octets('a'), octets('b')].values();
    });
    const hints: unknown[] = [];
    const sent = send(site.url, { headers: { TE: 'trailers' } });
    sent.on('information', ({ statusCode, headers }) => void hints.push([statusCode, headers]));
    sent.end();
    const answer = await answerOf(await headOf(sent));
    expect(hints).toEqual([[103, { link: '</a.css>; rel=preload' }]]);
    expect(answer).toMatchObject({ body: 'ab', trailers: { 'x-sum': 'abc' } });
  });

  test('trailers that no trailer section may hold, and those nobody asked for, are left out', async () => {
    const { host } = await startSocket((socket) => {
      socket.on('data', () => {
        socket.write(
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: 1\r\nCache-Control: no-store\r\n\r\n',
        );
      });
    });
    const site = await startSite({ upstreams: [`http://${host}`] });
    const asked = await ask(site.url, { headers: { TE: 'trailers' } });
    expect(asked).toMatchObject({ body: 'a', trailers: { 'x-sum': '1' }, complete: true });
    expect(asked.trailers['cache-control']).toBeUndefined();
    expect(await ask(site.url)).toMatchObject({ body: 'a', trailers: {}, complete: true });
  });
});

describe('Expect: 100-continue', () => {
  const body = 'x'.repeat(10);
  const headers = { Expect: '100-continue', 'Content-Length': '10' };

  test('reaches the upstream, whose 100 lets the body go', async () => {
    const { host, received } = await startSocket(async (socket) => {
      const head = await untilReceived(socket, '\r\n\r\n');
      socket.write(`HTTP/1.1 100 Continue\r\n\r\n`);
      await untilReceived(socket, body);
      socket.end(`HTTP/1.1 200 OK\r\n\r\n${/expect: .*/i.exec(head)?.[0]}`);
    });
    const site = await startSite({ upstreams: [`http://${host}`], continueTimeout: 60_000 });
    const sent = send(site.url, { method: 'POST', headers });
    sent.flushHeaders();
    await once(sent, 'continue');
    sent.end(body);
    expect(await answerOf(await headOf(sent))).toMatchObject({ body: 'Expect: 100-continue' });
    expect(received()).toMatch(/\r\n\r\nxxxxxxxxxx$/);
  });

  test('a refusal comes before the body is asked for', async () => {
    const { host, received } = await startSocket(async (socket) => {
      await untilReceived(socket, '\r\n\r\n');
      socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
    });
    const site = await startSite({ upstreams: [`http://${host}`], continueTimeout: 60_000 });
    const sent = send(site.url, { method: 'POST', headers });
    let continued = false;
    sent.on('continue', () => (continued = true));
    sent.flushHeaders();
    expect((await headOf(sent)).statusCode).toBe(403);
    expect(continued).toBe(false);
    expect(received()).toMatch(/\r\n\r\n$/);
  });

  test('an upstream that knows no 100 gets the body after a while', async () => {
    const { host } = await startSocket(async (socket) => {
      await untilReceived(socket, body);
      socket.end('HTTP/1.0 200 OK\r\n\r\ntaken');
    });
    const site = await startSite({ upstreams: [`http://${host}`], continueTimeout: 1 });
    const sent = send(site.url, { method: 'POST', headers });
    sent.flushHeaders();
    await once(sent, 'continue');
    sent.end(body);
    expect(await answerOf(await headOf(sent))).toMatchObject({ status: 200, body: 'taken' });
  });
});
