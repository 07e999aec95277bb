import type { AsyncApplication } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { answer, echo, gate, get, octets, post, startOn, TRANSPORTS } from './server-fixture.ts';

const chunked = (...chunks: string[]) =>
  `POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${chunks
    .map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
    .join('')}`;

describe.each(TRANSPORTS)('request bodies of synchronous applications on %s', (transport) => {
  const start = startOn(transport);

  test('are whole, whether in memory or in a file', async () => {
    const { client } = await start(
      answer((environ) => {
        const body = environ['tsgi.input'].read();
        return `<${environ.CONTENT_LENGTH} ${body.every((octet, at) => octet === (at * 7) % 251)}>`;
      }),
      { bodyMemory: 1000 },
    );
    const raw = await client();
    for (const size of [999, 1000, 1001, 300_000]) {
      const octetsOfBody = Uint8Array.from({ length: size }, (_, at) => (at * 7) % 251);
      const body = Buffer.from(octetsOfBody).toString('latin1');
      raw.send(post('/', body));
      await raw.until(`<${size} true>`);
    }
    expect(raw.received.split('true').length).toBe(5);
  });

  test('are decoded from chunks, with their length', async () => {
    const { client } = await start(
      answer(
        (environ) =>
          `<${environ.CONTENT_LENGTH} ${Buffer.from(environ['tsgi.input'].read()).toString()}>`,
      ),
    );
    const raw = await client();
    raw.send(`${chunked('abc', 'de')}0\r\nX-Trailer: 1\r\n\r\n`);
    expect(await raw.until('>')).toMatch(/<5 abcde>$/);
  });

  test('above the limit are answered with 413 before the call', async () => {
    let calls = 0;
    const { client } = await start(
      answer(() => {
        calls += 1;
        return '';
      }),
      { maxBodySize: 10 },
    );
    const declared = await client();
    declared.send(post('/', 'x'.repeat(11)));
    await declared.end();
    expect(declared.received).toMatch(/^HTTP\/1\.1 413 Content Too Large\r\n[^]*Connection: close/);
    const streamed = await client();
    streamed.send(`${chunked('123456', '78901')}0\r\n\r\n`);
    await streamed.end();
    expect(streamed.received).toMatch(/^HTTP\/1\.1 413 /);
    expect(calls).toBe(0);
  });

  test('that are refused leave the server running when the client gives up half-way', async () => {
    const { client } = await start(echo, { maxBodySize: 10 });
    const raw = await client();
    raw.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9007199254740991\r\n\r\nabc');
    await raw.until('413 Content Too Large\n');
    raw.send('def');
    raw.socket.end();
    await raw.end();
    const other = await client();
    other.send(post('/', 'abc'));
    await expect(other.until('abc')).resolves.toContain('200 OK');
  });

  test('that are refused are read on, so that the client sees the answer', async () => {
    const { client } = await start(echo, { maxBodySize: 10, drainLimit: 1 << 20 });
    const raw = await client();
    raw.send(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n${'x'.repeat(1000)}`);
    await raw.until('413 Content Too Large\n');
    raw.send('x'.repeat(499_000));
    expect(await raw.end()).toBe('fin');
  });

  test('that end early never reach the application', async () => {
    let calls = 0;
    const { client } = await start(
      answer(() => {
        calls += 1;
        return '';
      }),
    );
    const cut = await client();
    cut.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc');
    cut.socket.end();
    await cut.end();
    const malformed = await client();
    malformed.send(`${chunked('abc')}zz\r\n`);
    await malformed.end();
    expect(malformed.received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    const gone = await client();
    gone.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc');
    gone.socket.resetAndDestroy();
    const other = await client();
    other.send(get('/'));
    await other.until('\r\n\r\n');
    expect(calls).toBe(1);
  });

  test('are asked for with 100 Continue, unless they are refused', async () => {
    const { client } = await start(echo, { maxBodySize: 10 });
    const raw = await client();
    raw.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n');
    expect(await raw.until('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    raw.send('abc');
    expect(await raw.until('abc')).toMatch(/200 OK[^]*abc$/);
    raw.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n');
    await raw.end();
    expect(raw.received.match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 100',
      'HTTP/1.1 200',
      'HTTP/1.1 413',
    ]);
  });
});

describe.each(TRANSPORTS)('request bodies of asynchronous applications on %s', (transport) => {
  const start = startOn(transport);

  const profile = 'async';

  test('stream while they arrive', async () => {
    const app: AsyncApplication = async function* app(environ, startResponse) {
      startResponse('200 OK', []);
      for await (const chunk of environ['tsgi.async_input'] ?? []) {
        yield octets(`<${Buffer.from(chunk).toString()}>`);
      }
    };
    const { client } = await start(app, { profile });
    const raw = await client();
    raw.send(chunked('first'));
    await raw.until('<first>');
    raw.send('6\r\nsecond\r\n0\r\n\r\n');
    await raw.until('<second>');
    expect(raw.received).toContain('<second>');
  });

  test('are asked for at the first pull', async () => {
    const asked = gate();
    const { client } = await start(
      async (environ, startResponse) => {
        startResponse('200 OK', []);
        await asked.opened;
        const chunks: Uint8Array[] = [];
        for await (const chunk of environ['tsgi.async_input'] ?? []) {
          chunks.push(chunk);
        }
        return chunks;
      },
      { profile },
    );
    const raw = await client();
    raw.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n');
    const other = await client();
    other.send(get('/nobody', 'Connection: close'));
    expect(raw.received).toBe('');
    asked.open();
    expect(await raw.until('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    raw.send('abc');
    await raw.until('abc');
    await other.end();
  });

  test('that nobody reads do not run into the next request', async () => {
    const { client } = await start(
      async (environ, startResponse) => {
        await Promise.resolve();
        startResponse('200 OK', []);
        return [octets(`<${environ.PATH_INFO}>`)];
      },
      { profile },
    );
    const raw = await client();
    raw.send(post('/1', get('/evil')) + get('/2'));
    await raw.until('</2>');
    expect(raw.received.match(/<.*?>/g)).toEqual(['</1>', '</2>']);
  });

  test('that nobody reads end the connection above the limit', async () => {
    const { client } = await start(
      async (_environ, startResponse) => {
        await Promise.resolve();
        startResponse('200 OK', []);
        return [octets('<answer>')];
      },
      { profile, drainLimit: 1000 },
    );
    const raw = await client();
    raw.send(post('/', 'x'.repeat(2_000_000)));
    await raw.end();
    expect(raw.received).toContain('<answer>');
  });

  test('that end early fail the reader, whose answer is the last on the connection', async () => {
    const { client } = await start(
      async (environ, startResponse) => {
        let text = 'whole';
        try {
          for await (const chunk of environ['tsgi.async_input'] ?? []) {
            text = `${chunk.byteLength}`;
          }
        } catch (error) {
          text += ` ${(error as { code: string }).code}`;
        }
        startResponse('400 Bad Request', []);
        return [octets(text)];
      },
      { profile },
    );
    const raw = await client();
    raw.send(`${chunked('abc')}no size\r\n`);
    await raw.end();
    expect(raw.received.split('HTTP/1.1').length).toBe(2);
    expect(raw.received).toMatch(/3 ERR_TSGI_INPUT_ABORTED$/);
  });

  test('abort the signal before they fail the reader when the client goes', async () => {
    const outcome = gate();
    const seen: unknown[] = [];
    const reading = gate();
    const { client } = await start(
      async (environ, startResponse) => {
        const aborted = gate();
        environ['tsgi.signal']?.addEventListener('abort', () => {
          seen.push('signal');
          aborted.open();
        });
        environ['tsgi.on_finish']((result) => {
          seen.push(result.aborted);
          outcome.open();
        });
        startResponse('200 OK', []);
        try {
          for await (const chunk of environ['tsgi.async_input'] ?? []) {
            seen.push(chunk.byteLength);
            reading.open();
          }
        } catch (error) {
          await aborted.opened;
          seen.push((error as { code: string }).code);
        }
        return [];
      },
      { profile },
    );
    const raw = await client();
    raw.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc');
    await reading.opened;
    raw.socket.resetAndDestroy();
    await outcome.opened;
    expect(seen).toEqual([3, 'signal', 'ERR_TSGI_INPUT_ABORTED', true]);
  });

  test('above the limit fail the reader', async () => {
    const { client } = await start(
      async (environ, startResponse) => {
        let status: '200 OK' | '413 Content Too Large' = '200 OK';
        try {
          for await (const chunk of environ['tsgi.async_input'] ?? []) {
            void chunk;
          }
        } catch (error) {
          status =
            (error as { code: string }).code === 'ERR_TSGI_INPUT_TOO_LARGE'
              ? '413 Content Too Large'
              : status;
        }
        startResponse(status, []);
        return [];
      },
      { profile, maxBodySize: 4 },
    );
    const raw = await client();
    raw.send(`${chunked('abc', 'def')}0\r\n\r\n`);
    await raw.until('\r\n\r\n');
    expect(raw.received).toMatch(/^HTTP\/1\.1 413 /);
  });
});
