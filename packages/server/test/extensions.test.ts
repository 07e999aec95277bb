import { once } from 'node:events';
import type { Application, AsyncApplication, Environ, Outcome } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import type { ServeOptions } from '../src/index.ts';
import { BlockingClient } from './blocking-client.ts';
import { answer, gate, get, octets, startOn, TRANSPORTS } from './server-fixture.ts';

const ASYNC = { profile: 'async' } as const;

/** The names of what an environ has beside the core. */
const optional = (environ: Environ): string =>
  Object.keys(environ)
    .filter((key) =>
      /^tsgi\.(?:async_input|file|signal|early|trailers|flush|raw|tls|state)/.test(key),
    )
    .toSorted()
    .join(' ');

describe.each(TRANSPORTS)('extensions on %s', (transport) => {
  const start = startOn(transport);

  async function exchange(
    app: Application | AsyncApplication,
    request: string,
    options?: ServeOptions,
  ): Promise<string> {
    const { client } = await start(app, options);
    const raw = await client();
    raw.send(request);
    await raw.end();
    return raw.received;
  }

  test.each([
    [
      'sync',
      'tsgi.early_hints tsgi.file_wrapper tsgi.flush_headers tsgi.raw_headers tsgi.signal tsgi.state',
    ],
    [
      'async',
      'tsgi.async_input tsgi.early_hints tsgi.file_wrapper tsgi.flush_headers tsgi.raw_headers tsgi.signal tsgi.state',
    ],
  ] as const)('are all there in the %s profile', async (profile, expected) => {
    const app = answer((environ) => `<${optional(environ)}>`);
    const received = await exchange(app, get('/', 'Connection: close'), { profile });
    expect(received).toContain(`<${expected}>`);
  });

  test('can be switched off', async () => {
    const app = answer((environ) => `<${optional(environ)}>`);
    const extensions = {
      fileWrapper: false,
      signal: false,
      flushHeaders: false,
      earlyHints: false,
      trailers: false,
      rawHeaders: false,
    } as const;
    const received = await exchange(app, get('/', 'TE: trailers', 'Connection: close'), {
      extensions,
    });
    expect(received).toContain('<tsgi.state>');
  });

  test('give the field lines as received', async () => {
    const app = answer((environ) => JSON.stringify(environ['tsgi.raw_headers']));
    const received = await exchange(
      app,
      get('/', 'x_Y:  1 ', 'X-a:', 'Connection: close', 'TE: x'),
    );
    const expected = [
      ['Host', 'h'],
      ['x_Y', '1'],
      ['X-a', ''],
      ['Connection', 'close'],
      ['TE', 'x'],
    ];
    expect(received).toContain(JSON.stringify(expected));
  });

  test('flush the head though the application goes on to block', async () => {
    const client = new BlockingClient();
    const answered = gate();
    let seen = false;
    const { server } = await start((environ, startResponse) => {
      startResponse('200 OK', [['X-Early', 'yes']]);
      environ['tsgi.flush_headers']?.();
      seen = client.waitSync();
      environ['tsgi.on_finish'](answered.open);
      return [octets('x')];
    });
    client.ask(server.port, 'X-Early: yes\r\n');
    await answered.opened;
    await client.close();
    expect(seen).toBe(true);
  });

  test('send hints though the application goes on to block', async () => {
    const client = new BlockingClient();
    const answered = gate();
    let seen = false;
    const { server } = await start((environ, startResponse) => {
      environ['tsgi.early_hints']?.([['Link', '</a.css>']]);
      seen = client.waitSync();
      environ['tsgi.on_finish'](answered.open);
      startResponse('200 OK', []);
      return [];
    });
    client.ask(server.port, 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n');
    await answered.opened;
    await client.close();
    expect(seen).toBe(true);
  });

  test('frame a response that was flushed by its head alone', async () => {
    const app: Application = (environ, startResponse) => {
      startResponse('200 OK', []);
      environ['tsgi.flush_headers']?.();
      return environ.REQUEST_METHOD === 'GET' ? [octets('abc')] : [];
    };
    const chunked = await exchange(app, get('/', 'Connection: close'));
    expect(chunked).toMatch(
      /transfer-encoding: chunked\r\n(?:[^]*\r\n)?\r\n3\r\nabc\r\n0\r\n\r\n$/i,
    );
    const old = await exchange(app, 'GET / HTTP/1.0\r\n\r\n');
    expect(old).toMatch(/\r\n\r\nabc$/);
    expect(old).not.toMatch(/transfer-encoding|content-length/i);
    const head = await exchange(app, 'HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/);
    expect(head).not.toMatch(/content-length/i);
  });

  test('cut a flushed response off at a fault', async () => {
    const received = await exchange((environ, startResponse) => {
      startResponse('200 OK', []);
      environ['tsgi.flush_headers']?.();
      throw new Error('late');
    }, get('/'));
    expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/);
  });

  test('send hints in order before the response, and none within it', async () => {
    const received = await exchange(
      function* app(environ, startResponse) {
        const hint = environ['tsgi.early_hints'];
        hint?.([
          ['Link', '</a>'],
          ['link', '</b>\xe9'],
        ]);
        hint?.([['X-C', 'c']]);
        startResponse('200 OK', []);
        yield octets('one');
        hint?.([['X-D', 'd']]);
      },
      get('/', 'Connection: close'),
    );
    expect(received).toMatch(
      /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a>\r\nlink: <\/b>\xe9\r\n\r\nHTTP\/1\.1 103 Early Hints\r\nX-C: c\r\n\r\nHTTP\/1\.1 200 OK\r\n/,
    );
    expect(received).not.toContain('X-D');
  });

  test('keep a connection usable after hints and a flush', async () => {
    const app: Application = (environ, startResponse) => {
      environ['tsgi.early_hints']?.([['Link', '</a>']]);
      startResponse('200 OK', []);
      environ['tsgi.flush_headers']?.();
      return [octets(`<${environ.PATH_INFO}>`)];
    };
    const received = await exchange(app, get('/1') + get('/2', 'Connection: close'));
    expect(received.match(/<\/\d>/g)).toEqual(['</1>', '</2>']);
    expect(received.split('103 Early Hints')).toHaveLength(3);
  });

  test.each([true, false])('send trailers to whom wants them: %j', async (wanted) => {
    const received = await exchange(
      (environ, startResponse) => {
        environ['tsgi.trailers']?.([
          ['X-B', '2\xe9'],
          ['X-A', '1'],
        ]);
        startResponse('200 OK', []);
        return [octets('abc')];
      },
      get('/', 'Connection: close', ...(wanted ? ['TE: trailers'] : [])),
    );
    const expected = wanted
      ? /Trailer: X-B, X-A\r\n[^]*\r\n\r\n3\r\nabc\r\n0\r\nX-B: 2\xe9\r\nX-A: 1\r\n\r\n$/
      : /Content-Length: 3\r\n[^]*\r\n\r\nabc$/;
    expect(received).toMatch(expected);
  });

  test('send trailers after a body without content, and none with HEAD', async () => {
    const app: Application = (environ, startResponse) => {
      environ['tsgi.trailers']?.([['X-A', '1']]);
      startResponse('200 OK', []);
      return [];
    };
    const fields = 'HTTP/1.1\r\nHost: h\r\nTE: trailers\r\nConnection: close\r\n\r\n';
    expect(await exchange(app, `GET / ${fields}`)).toMatch(/\r\n\r\n0\r\nX-A: 1\r\n\r\n$/);
    expect(await exchange(app, `HEAD / ${fields}`)).not.toContain('X-A: 1');
  });

  test.each(['sync', 'async'] as const)(
    'abort the signal before the cleanup where the client resets (%s)',
    async (profile) => {
      const events: string[] = [];
      const finished = gate();
      const { client } = await start(
        (environ, startResponse) => {
          const signal = environ['tsgi.signal'];
          signal?.addEventListener('abort', () => void events.push('abort'));
          environ['tsgi.on_finish'](({ aborted }: Outcome) => {
            events.push(
              `finish ${String(aborted)} ${(signal?.reason as { code?: string } | undefined)?.code}`,
            );
            finished.open();
          });
          startResponse('200 OK', []);
          return {
            *[Symbol.iterator]() {
              try {
                for (;;) {
                  yield new Uint8Array(65_536);
                }
              } finally {
                events.push('return');
              }
            },
          };
        },
        { profile },
      );
      const raw = await client();
      raw.send(get('/'));
      await raw.until('\r\n\r\n');
      raw.socket.resetAndDestroy();
      await finished.opened;
      expect(events).toEqual(['abort', 'return', 'finish true ERR_TSGI_ABORTED']);
    },
  );

  test('abort no signal where every response was handed over', async () => {
    const signals: Array<Environ['tsgi.signal']> = [];
    const app: Application = (environ, startResponse) => {
      signals.push(environ['tsgi.signal']);
      startResponse(environ.PATH_INFO === '/204' ? '204 No Content' : '200 OK', []);
      return [];
    };
    await exchange(app, get('/') + get('/204') + get('/', 'Connection: close'), ASYNC);
    expect(signals.map((signal) => signal?.aborted)).toEqual([false, false, false]);
    expect(new Set(signals).size).toBe(3);
    expect(signals[0]).toBeInstanceOf(AbortSignal);
  });

  test('release a reader of the body when the response has ended', async () => {
    const failed = gate();
    let error: unknown;
    const { client } = await start((environ, startResponse) => {
      const reader = environ['tsgi.async_input']?.[Symbol.asyncIterator]();
      reader?.next().catch((reason: unknown) => {
        error = reason;
        failed.open();
      });
      startResponse('200 OK', []);
      return [octets('done')];
    }, ASYNC);
    const raw = await client();
    raw.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n');
    await failed.opened;
    expect(error).toMatchObject({ code: 'ERR_TSGI_INPUT_ABORTED' });
  });

  test('send no 100 within the response', async () => {
    const { client } = await start((environ, startResponse) => {
      startResponse('200 OK', []);
      environ['tsgi.flush_headers']?.();
      return (async function* chunks() {
        yield octets('before');
        for await (const chunk of environ['tsgi.async_input'] ?? []) {
          yield chunk;
        }
      })();
    }, ASYNC);
    const raw = await client();
    raw.send(
      'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n',
    );
    await raw.until('before');
    raw.send('after');
    await once(raw.socket, 'end');
    expect(raw.received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(raw.received).toContain('after');
    expect(raw.received).not.toContain('100 Continue');
  });
});

describe('the option extensions', () => {
  const start = startOn('net');

  test.each([
    [{ trailer: true }, 'sync'],
    [{ trailers: 1 }, 'sync'],
    [{ signal: true }, 'sync'],
    [{ signal: false }, 'async'],
    [null, 'sync'],
  ] as const)('refuses %j in the %s profile', async (extensions, profile) => {
    const options = { extensions, profile } as unknown as ServeOptions;
    await expect(
      start(
        answer(() => ''),
        options,
      ),
    ).rejects.toMatchObject({
      code: 'ERR_TSGI_OPTION',
    });
  });
});
