import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import {
  ask,
  headOf,
  octets,
  send,
  start,
  startSite,
  startSocket,
  untilReceived,
} from './fixtures.ts';

const GIB = 2 ** 30;
const MIB = 2 ** 20;
/** What may be on its way: buffers of the system and of three processes in one. */
const MOST_UNDER_WAY = 32 * MIB;

/** Writes as fast as the other side takes, and says how much it took. */
function pour(
  socket: { write(chunk: Uint8Array): boolean; destroyed: boolean },
  chunk: Uint8Array = new Uint8Array(MIB).fill(0x61),
): () => number {
  let poured = 0;
  const step = (): void => {
    while (!socket.destroyed && poured < GIB) {
      poured += chunk.length;
      if (!socket.write(chunk)) {
        return;
      }
    }
  };
  (socket as unknown as Socket).on('drain', step);
  step();
  return () => poured;
}

/** Waits until a number has stopped growing for a hundred turns of the event loop. */
async function untilStill(count: () => number): Promise<number> {
  let last = -1;
  for (let turns = 0; turns < 200; turns += 1) {
    if (count() !== last) {
      last = count();
      turns = 0;
    }
    await new Promise(setImmediate);
  }
  return last;
}

/** Records of STDOUT. */
function records(content: string): Uint8Array {
  const size = content.length;
  return octets(String.fromCharCode(1, 6, 0, 1, size >> 8, size & 255, 0, 0) + content);
}

const HEADS = {
  fastcgi: records(`Content-Type: a\r\nContent-Length: ${GIB}\r\n\r\n`),
  http: `HTTP/1.1 200 OK\r\nContent-Length: ${GIB}\r\n\r\n`,
  scgi: `Status: 200 OK\r\nContent-Type: a\r\nContent-Length: ${GIB}\r\n\r\n`,
  uwsgi: `HTTP/1.1 200 OK\r\nContent-Type: a\r\nContent-Length: ${GIB}\r\n\r\n`,
} as const;

describe.each(['http', 'fastcgi', 'scgi', 'uwsgi'] as const)(
  'back-pressure with %s',
  (protocol) => {
    test('a client that does not read holds up an upstream that sends 1 GiB', async () => {
      let poured = (): number => 0;
      const { host, closed } = await startSocket(async (socket) => {
        await untilReceived(socket, protocol === 'http' ? '\r\n\r\n' : 'REQUEST_METHOD');
        socket.write(HEADS[protocol]);
        poured = pour(socket, protocol === 'fastcgi' ? records('x'.repeat(65_528)) : undefined);
      });
      const site = await startSite({ upstreams: [`${protocol}://${host}`] });
      const sent = send(site.url);
      sent.end();
      await headOf(sent);
      const amount = await untilStill(() => poured());
      expect(amount).toBeGreaterThan(0);
      expect(amount).toBeLessThan(MOST_UNDER_WAY);
      sent.destroy();
      await closed(1);
    });

    test('an upstream that does not read holds up a client that sends 1 GiB', async () => {
      const { host, sockets } = await startSocket((socket) => {
        socket.pause();
      });
      const site = await startSite(
        { upstreams: [`${protocol}://${host}`] },
        { maxBodySize: 2 * GIB },
      );
      const sent = send(site.url, { method: 'POST', headers: { 'Content-Length': GIB } });
      const poured = pour(sent);
      const amount = await untilStill(poured);
      expect(amount).toBeGreaterThan(0);
      expect(amount).toBeLessThan(MOST_UNDER_WAY);
      expect(sockets).toHaveLength(1);
    });
  },
);

describe('a client that goes away', () => {
  test.each(['http', 'scgi', 'uwsgi'] as const)('closes the connection to %s', async (protocol) => {
    const { host, closed, sockets } = await startSocket(() => {});
    const site = await startSite({ upstreams: [`${protocol}://${host}`] });
    const sent = send(site.url);
    sent.end();
    while (sockets.length === 0) {
      await new Promise(setImmediate);
    }
    sent.destroy();
    await closed(1);
    while (site.application.counters()[0]?.active !== 0) {
      await new Promise(setImmediate);
    }
    expect(site.application.counters()[0]).toMatchObject({
      active: 0,
      events: { failed: 0, cancelled: 1 },
    });
  });

  test('is told to a FastCGI program by ABORT_REQUEST', async () => {
    const { host, closed, received, sockets } = await startSocket(() => {});
    const site = await startSite({ upstreams: [`fastcgi://${host}`] });
    const sent = send(site.url);
    sent.end();
    while (!received().includes('REQUEST_METHOD')) {
      await new Promise(setImmediate);
    }
    sent.destroy();
    await closed(1);
    expect(sockets).toHaveLength(1);
    expect(received().slice(-8)).toBe('\x01\x02\x00\x01\x00\x00\x00\x00');
  });

  test('in the middle of an upload cuts it off towards the upstream', async () => {
    const { host, closed, received } = await startSocket(() => {});
    const site = await startSite({ upstreams: [`http://${host}`] });
    const sent = send(site.url, { method: 'POST' });
    sent.write('half');
    while (!received().includes('half')) {
      await new Promise(setImmediate);
    }
    sent.destroy();
    await closed(1);
    expect(received()).toMatch(/\r\n\r\n4\r\nhalf\r\n$/);
  });

  test('while the response streams closes the connection as well', async () => {
    const { host, closed } = await startSocket(async (socket) => {
      await untilReceived(socket, '\r\n\r\n');
      socket.write('HTTP/1.1 200 OK\r\n\r\nfirst');
    });
    const site = await startSite({ upstreams: [`http://${host}`] });
    const sent = send(site.url);
    sent.end();
    await once(await headOf(sent), 'data');
    sent.destroy();
    await closed(1);
    while (site.application.counters()[0]?.active !== 0) {
      await new Promise(setImmediate);
    }
    expect(site.application.counters()[0]?.events).toMatchObject({ cancelled: 1, truncated: 0 });
  });
});

describe('a body of unknown length', () => {
  test.each(['fastcgi', 'scgi', 'uwsgi'] as const)(
    'is held for %s up to a limit',
    async (protocol) => {
      const { host, received } = await startSocket(() => {});
      const site = await startSite({ upstreams: [`${protocol}://${host}`], bufferBody: 10 });
      const held = send(site.url, { method: 'POST' });
      held.write('12345');
      held.end('67890');
      while (!received().includes('1234567890')) {
        await new Promise(setImmediate);
      }
      expect(received()).toMatch(/CONTENT_LENGTH.{0,3}10/s);
      const refused = send(site.url, { method: 'POST' });
      refused.write('12345');
      refused.end('678901');
      expect((await headOf(refused)).statusCode).toBe(411);
    },
  );

  test('that grows too large for the site is a 413', async () => {
    const { host } = await startSocket(() => {});
    const site = await startSite({ upstreams: [`http://${host}`] }, { maxBodySize: 10 });
    const sent = send(site.url, { method: 'POST' });
    sent.write('12345');
    sent.end('678901');
    expect((await headOf(sent)).statusCode).toBe(413);
  });

  test('that was read whole by middleware is sent as it is', async () => {
    const upstream = await start(async (environ, startResponse) => {
      startResponse('200 OK', [['X-Length', environ.CONTENT_LENGTH ?? 'none']]);
      return environ['tsgi.async_input'] as AsyncIterable<Uint8Array>;
    });
    const { forward } = await import('../src/index.ts');
    const inner = forward({ upstreams: [upstream.url] });
    const site = await start(async (environ, startResponse) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of environ['tsgi.async_input'] ?? []) {
        chunks.push(chunk);
      }
      const all = Buffer.concat(chunks);
      environ['tsgi.input_buffered'] = true;
      environ['tsgi.async_input'] = (async function* () {
        yield octets(all.toString('latin1'));
      })();
      return inner(environ, startResponse);
    });
    const sent = send(site.url, { method: 'POST' });
    sent.end('content');
    const response = await headOf(sent);
    expect(String((await once(response, 'data'))[0])).toBe('content');
    inner.close();
  });
});

describe('a request that the protocol cannot say', () => {
  test('is a 431 where its variables fill more than a packet of uwsgi', async () => {
    const { host } = await startSocket(() => {});
    const site = await startSite(
      { upstreams: [`uwsgi://${host}`] },
      { maxHeaderSize: 100_000, maxFieldSize: 100_000 },
    );
    const fields = Object.fromEntries(
      Array.from({ length: 9 }, (_, at) => [`X-${at}`, 'x'.repeat(8000)]),
    );
    expect((await ask(site.url, { headers: fields })).status).toBe(431);
    expect(site.application.counters()[0]).toMatchObject({ active: 0, events: { failed: 0 } });
  });

  test.each(['http', 'scgi'] as const)(
    'is a 400 where middleware has put a line break into a field of %s',
    async (protocol) => {
      const { forward } = await import('../src/index.ts');
      const { host, received } = await startSocket(() => {});
      const inner = forward({ upstreams: [`${protocol}://${host}`] });
      const site = await start((environ, startResponse) => {
        environ['HTTP_X_BAD'] = 'a\r\nX-Injected: 1';
        return inner(environ, startResponse);
      });
      expect((await ask(site.url)).status).toBe(400);
      expect(received()).toBe('');
    },
  );

  test('is a 404 where its path has an encoded slash, which CGI cannot tell from a plain one', async () => {
    const { host, sockets } = await startSocket(() => {});
    const site = await startSite({ upstreams: [`scgi://${host}`] });
    const { status, body } = await ask(`${site.url}/a%2Fb`);
    expect(status).toBe(404);
    expect(body).toContain('cannot be decoded');
    expect(site.events).toEqual([]);
    expect(sockets).toEqual([]);
  });
});

describe('the synchronous profile', () => {
  test('is answered with 500 and a reason', async () => {
    const { forward } = await import('../src/index.ts');
    const inner = forward({ upstreams: ['http://127.0.0.1:1'] });
    const site = await start((environ, startResponse) => {
      environ['tsgi.async'] = false;
      return inner(environ, startResponse);
    });
    const { status, body } = await ask(site.url);
    expect(status).toBe(500);
    expect(body).toContain('asynchronous profile');
  });
});
