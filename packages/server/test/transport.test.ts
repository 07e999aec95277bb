import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { answer, echo, gate, get, octets, post, startOn, TRANSPORTS } from './server-fixture.ts';

describe.each(TRANSPORTS)('a transport on %s', (transport) => {
  const start = startOn(transport);

  test('keeps the connection and answers pipelined requests in order', async () => {
    const { client } = await start(answer((environ) => `<${environ.PATH_INFO}>`));
    const raw = await client();
    raw.send(get('/1') + post('/2', 'abc') + get('/3', 'Connection: close'));
    await raw.end();
    expect(raw.received.match(/<.*?>/g)).toEqual(['</1>', '</2>', '</3>']);
  });

  test('calls the application for a pipelined request only when the one before is answered', async () => {
    const first = gate();
    const calls: string[] = [];
    const { client } = await start(
      async (environ, startResponse) => {
        calls.push(environ.PATH_INFO);
        if (environ.PATH_INFO === '/1') {
          await first.opened;
        }
        startResponse('200 OK', []);
        return [octets(`<${environ.PATH_INFO}>`)];
      },
      { profile: 'async' },
    );
    const raw = await client();
    raw.send(get('/1') + get('/2'));
    const other = await client();
    other.send(get('/other'));
    await other.until('</other>');
    expect(calls).toEqual(['/1', '/other']);
    first.open();
    await raw.until('</2>');
    expect(calls).toEqual(['/1', '/other', '/2']);
  });

  test('finishes the answer to a request before it refuses what follows it', async () => {
    const first = gate();
    const { client } = await start(
      async (_environ, startResponse) => {
        await first.opened;
        startResponse('200 OK', []);
        return [octets('<whole>')];
      },
      { profile: 'async' },
    );
    const raw = await client();
    raw.send(`${get('/')}no http at all\r\n\r\n`);
    first.open();
    await raw.end();
    expect(raw.received).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*<whole>HTTP\/1\.1 400 Bad Request\r\n/);
  });

  test.each([
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n', 400],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['an invalid Host', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', 400],
    ['an asterisk without OPTIONS', 'GET * HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a backslash', 'GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a bad escape', 'GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['no version', 'GET /\r\nHost: a\r\n\r\n', 400],
    [
      'both framings',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['chunked in HTTP/1.0', 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ['CONNECT', 'CONNECT a.test:80 HTTP/1.1\r\nHost: a.test:80\r\n\r\n', 501],
    ['a large head', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('answers %s without a call of the application', async (_what, request, status) => {
    let calls = 0;
    const { client } = await start(
      answer(() => {
        calls += 1;
        return '';
      }),
    );
    const raw = await client();
    raw.send(request + get('/smuggled'));
    await raw.end();
    expect(raw.received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(raw.received.split('HTTP/1.1').length).toBe(2);
    expect(calls).toBe(0);
  });

  test('keeps all of more than 2000 fields', async () => {
    const { client } = await start(
      answer((environ) =>
        String(Object.keys(environ).filter((key) => key.startsWith('HTTP_X')).length),
      ),
      { maxHeaderSize: 65_536, maxFields: 5000 },
    );
    const raw = await client();
    raw.send(
      get('/', ...Array.from({ length: 2500 }, (_, index) => `X${index}: 1`), 'Connection: close'),
    );
    await raw.end();
    expect(raw.received).toMatch(/\r\n\r\n2500$/);
  });

  test('delimits a body of unknown length by the close of an HTTP/1.0 connection', async () => {
    const { client } = await start(function* app(_environ, startResponse) {
      startResponse('200 OK', []);
      yield octets('one');
      yield octets('two');
    });
    const raw = await client();
    raw.send('GET / HTTP/1.0\r\nTE: chunked\r\nConnection: keep-alive\r\n\r\n');
    expect(await raw.end()).toBe('fin');
    expect(raw.received).not.toMatch(/transfer-encoding/i);
    expect(raw.received).toMatch(/\r\n\r\nonetwo$/);
  });

  test('resets an HTTP/1.0 connection whose response is cut off', async () => {
    const seen = gate();
    const { client } = await start(
      async (_environ, startResponse) => {
        startResponse('200 OK', []);
        await Promise.resolve();
        return (async function* chunks() {
          yield octets('one');
          // a reset in the same poll as the octets looks like an orderly end to the client
          await seen.opened;
          throw new Error('late');
        })();
      },
      { profile: 'async' },
    );
    const raw = await client();
    raw.send('GET / HTTP/1.0\r\n\r\n');
    await raw.until('one');
    seen.open();
    expect(await raw.end()).toBe('reset');
  });

  test('ends a chunked response that is cut off without its last chunk', async () => {
    const { client, faults } = await start(function* app(_environ, startResponse) {
      startResponse('200 OK', []);
      yield octets('one');
      throw new Error('late');
    });
    const raw = await client();
    raw.send(get('/'));
    await raw.end();
    expect(raw.received).toMatch(/\r\n\r\n3\r\none\r\n$/);
    expect(faults).toEqual([new Error('late')]);
  });

  test.each([
    ['204 No Content', /^HTTP\/1\.1 204 No Content\r\n(?!.*(content-length|transfer-encoding))/is],
    ['205 Reset Content', /content-length: 0\r\n/i],
    ['304 Not Modified', /content-length: 5\r\n/i],
  ] as const)('sends %s without content', async (status, expected) => {
    const { client } = await start((_environ, startResponse) => {
      startResponse(status, [['Content-Length', '5']]);
      return [octets('<body')];
    });
    const raw = await client();
    raw.send(get('/', 'Connection: close'));
    await raw.end();
    expect(raw.received).toMatch(expected);
    expect(raw.received).toMatch(/\r\n\r\n$/);
  });

  test('still answers a client that has closed its side', async () => {
    const { client } = await start(echo);
    const raw = await client();
    raw.send(post('/', 'abc'));
    raw.socket.end();
    await raw.end();
    expect(raw.received).toMatch(/\r\n\r\nabc$/);
  });

  test('still answers what such a client has pipelined', async () => {
    const { client } = await start(function* app(environ, startResponse) {
      startResponse('200 OK', []);
      // more pulls than one turn of the event loop has
      for (let pull = 0; pull < 100; pull++) {
        yield octets('.');
      }
      yield octets(`<${environ.PATH_INFO}>`);
    });
    const raw = await client();
    raw.send(get('/1') + get('/2') + get('/3'));
    raw.socket.end();
    await raw.end();
    expect(raw.received.match(/<.*?>/g)).toEqual(['</1>', '</2>', '</3>']);
  });

  test('goes on serving others while one client does not read', async () => {
    let pulled = 0;
    const { client } = await start(function* app(environ, startResponse) {
      startResponse('200 OK', []);
      while (environ.PATH_INFO === '/endless') {
        pulled += 1;
        yield new Uint8Array(65_536);
      }
      yield octets('<small>');
    });
    const stalled = await client();
    stalled.socket.pause();
    stalled.send(get('/endless'));
    const other = await client();
    for (let request = 1; request <= 20; request++) {
      other.send(get('/small'));
      await other.until('<small>', request);
    }
    expect(pulled).toBeLessThan(1024);
    const before = pulled;
    stalled.close();
    other.send(get('/small'));
    await other.until('<small>', 21);
    expect(pulled).toBeLessThanOrEqual(before + 64);
  });

  test('lets a reading client of an endless body not starve the others', async () => {
    const { client } = await start(function* app(environ, startResponse) {
      startResponse('200 OK', []);
      while (environ.PATH_INFO === '/endless') {
        yield new Uint8Array(1024);
      }
      yield octets('<small>');
    });
    const greedy = await client();
    greedy.send(get('/endless'));
    await greedy.until('\r\n\r\n');
    const other = await client();
    other.send(get('/small'));
    await other.until('<small>');
    greedy.close();
    expect(other.received).toContain('<small>');
  });

  test('cleans up when the client resets the connection', async () => {
    const closed = gate();
    const app: Application = (_environ, startResponse) => {
      startResponse('200 OK', []);
      return {
        *[Symbol.iterator]() {
          for (;;) {
            yield new Uint8Array(65_536);
          }
        },
        close: closed.open,
      };
    };
    const { client, faults } = await start(app);
    const raw = await client();
    raw.send(get('/'));
    await raw.until('\r\n\r\n');
    raw.socket.resetAndDestroy();
    await closed.opened;
    expect(faults).toEqual([]);
  });

  test('names the side that listens, whatever Host says', async () => {
    const { client, server } = await start(
      answer(
        ({ SERVER_NAME, SERVER_PORT, REMOTE_ADDR }) =>
          `${SERVER_NAME} ${SERVER_PORT} ${REMOTE_ADDR}`,
      ),
    );
    const raw = await client();
    raw.send('GET / HTTP/1.1\r\nHost: evil:1\r\nConnection: close\r\n\r\n');
    await raw.end();
    expect(raw.received).toMatch(new RegExp(`127.0.0.1 ${server.port} 127.0.0.1$`));
  });

  test('answers 404 outside the mount', async () => {
    const { client } = await start(
      answer((environ) => `[${environ.SCRIPT_NAME}|${environ.PATH_INFO}]`),
      {
        scriptName: '/m',
      },
    );
    const raw = await client();
    raw.send(get('/m/x'));
    await raw.until('[/m|/x]');
    raw.send(get('/elsewhere'));
    await raw.end();
    expect(raw.received).toContain('HTTP/1.1 404 Not Found');
  });
});
