import { describe, expect, test } from 'vitest';
import { answer, echo, gate, get, octets, startOn, TRANSPORTS } from '../server-fixture.ts';

const SOON = 300;

describe.each(TRANSPORTS)('slow clients on %s', (transport) => {
  const start = startOn(transport);

  test('are cut off when the head of a request does not come', async () => {
    const { client } = await start(echo, { headersTimeout: SOON, requestTimeout: SOON });
    const silent = await client();
    const half = await client();
    half.send('GET / HTTP/1.1\r\nHost: h\r\nX-Slow: ');
    expect(await half.end()).toBe('fin');
    expect(half.received).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    await silent.end();
  });

  test('are cut off when the body of a request stops coming', async () => {
    let calls = 0;
    const { client } = await start(
      answer(() => {
        calls += 1;
        return '';
      }),
      { bodyTimeout: SOON },
    );
    const raw = await client();
    raw.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc');
    expect(await raw.end()).toBe('fin');
    expect(raw.received).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(calls).toBe(0);
  });

  test('fail the reader of an asynchronous application when the body stops coming', async () => {
    const { client } = await start(
      async (environ, startResponse) => {
        let text = '';
        try {
          for await (const chunk of environ['tsgi.async_input'] ?? []) {
            text += Buffer.from(chunk).toString('latin1');
          }
        } catch (error) {
          text += ` ${(error as { code: string }).code}`;
        }
        startResponse('400 Bad Request', []);
        return [octets(text)];
      },
      { profile: 'async', bodyTimeout: SOON, drainTimeout: SOON },
    );
    const raw = await client();
    raw.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc');
    await raw.end();
    expect(raw.received).toMatch(
      /Connection: close\r\n(?:[^]*\r\n)?\r\nabc ERR_TSGI_INPUT_ABORTED$/i,
    );
  });

  test.each([
    ['head', 'GET / HTTP/1.1\r\nHost: h\r\nX-Slow: '],
    ['second head', `${get('/')}GET / HTTP/1.1\r\nHost: h\r\nX-Slow: `],
    ['body', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n'],
    ['chunked body', 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n'],
  ])('are cut off when a %s goes on arriving for too long', async (_what, begun) => {
    const { client, server } = await start(echo, { requestTimeout: SOON });
    const raw = await client();
    raw.send(begun);
    const trickle = setInterval(() => raw.send('x'), SOON / 6);
    try {
      await raw.until('HTTP/1.1 408 Request Timeout\r\n');
      raw.socket.end();
      await raw.end();
    } finally {
      clearInterval(trickle);
    }
    expect(server.counters().active).toBe(0);
  });

  test('fail the reader when a body goes on arriving for too long', async () => {
    const { client } = await start(
      async (environ, startResponse) => {
        let code = '';
        let length = 0;
        try {
          for await (const chunk of environ['tsgi.async_input'] ?? []) {
            length += chunk.byteLength;
          }
        } catch (error) {
          ({ code } = error as { code: string });
        }
        startResponse('400 Bad Request', []);
        return [octets(`<${code} ${length > 0}>`)];
      },
      { profile: 'async', requestTimeout: SOON, drainTimeout: SOON },
    );
    const raw = await client();
    raw.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n');
    const trickle = setInterval(() => raw.send('x'), SOON / 6);
    try {
      await raw.until('<ERR_TSGI_INPUT_ABORTED true>');
      await raw.end();
    } finally {
      clearInterval(trickle);
    }
    expect(raw.received).toMatch(/^Connection: close\r$/im);
  });

  test('may take any time for a request where requestTimeout is 0', async () => {
    const { client } = await start(echo, { requestTimeout: 0, keepAliveTimeout: SOON });
    const slow = await client();
    slow.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na');
    const idle = await client();
    idle.send(get('/'));
    await idle.end();
    slow.send('bc');
    await expect(slow.until('abc')).resolves.toContain('200 OK');
  });

  test('are cut off when they idle between requests', async () => {
    const { client } = await start(echo, { keepAliveTimeout: SOON });
    const raw = await client();
    raw.send(get('/'));
    await raw.until('\r\n\r\n');
    expect(await raw.end()).toBe('fin');
  });

  test('are cut off when they stop reading, and the application is cleaned up', async () => {
    const closed = gate();
    const { client, faults } = await start(
      (_environ, startResponse) => {
        startResponse('200 OK', []);
        return {
          *[Symbol.iterator]() {
            for (;;) {
              yield new Uint8Array(65_536);
            }
          },
          close: closed.open,
        };
      },
      { writeTimeout: SOON },
    );
    const raw = await client();
    raw.socket.pause();
    raw.send(get('/'));
    await closed.opened;
    expect(faults).toEqual([]);
  });

  test('may send a request octet by octet', async () => {
    const { client } = await start(echo);
    const raw = await client();
    const request =
      'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n';
    raw.send(...request.split(''));
    await expect(raw.until('abc')).resolves.toContain('200 OK');
  });
});

describe('a server on net that was busy', () => {
  test('reads what came meanwhile before it holds a client to be slow', async () => {
    const { client } = await startOn('net')(echo, { headersTimeout: SOON, keepAliveTimeout: SOON });
    const raw = await client();
    raw.send(get('/'));
    await raw.until('200 OK');
    raw.send(get('/'));
    stayBusy(3 * SOON);
    await expect(raw.until('200 OK', 2)).resolves.toContain('200 OK');
  });
});

/** Keeps the thread of the server from all else for so many milliseconds. */
function stayBusy(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}
