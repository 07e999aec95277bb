import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import type { ServerHandle } from '../../src/index.ts';
import type { RawClient } from '../raw-client.ts';
import { get, octets, startOn, TRANSPORTS } from '../server-fixture.ts';

const CHUNK = 65_536;
const STALLED = 8;
/** What the buffers of the system take of a response that nobody reads, with room to spare. */
const IN_BUFFERS = 24 * 2 ** 20;

/** Asks until no more has been pulled for others over many answers; gives how much was. */
async function settle(client: RawClient, pulled: () => number): Promise<number> {
  for (;;) {
    const before = pulled();
    await ask(client, 50);
    if (pulled() === before) {
      return before;
    }
  }
}

async function ask(client: RawClient, times: number): Promise<void> {
  for (let count = 0; count < times; count++) {
    client.clear();
    client.send(get('/small'));
    await client.until('<small>');
  }
}

function notIterated(): never {
  throw new Error('the region is to be sent');
}

describe.each(TRANSPORTS)('stalled readers on %s', (transport) => {
  const start = startOn(transport);

  test('are not pulled for, and hold no one up', async () => {
    let pulled = 0;
    const { client, server } = await start(function* app(environ, startResponse) {
      startResponse('200 OK', []);
      while (environ.PATH_INFO === '/endless') {
        pulled += 1;
        yield new Uint8Array(CHUNK);
      }
      yield octets('<small>');
    });
    const stalled = await Promise.all(Array.from({ length: STALLED }, client));
    for (const raw of stalled) {
      raw.socket.pause();
      raw.send(get('/endless'));
    }
    const other = await client();
    const settled = await settle(other, () => pulled);
    expect(settled * CHUNK).toBeLessThan(STALLED * IN_BUFFERS);
    await ask(other, 200);
    // every one of the answers came while not one chunk was pulled for those who do not read
    expect(pulled).toBe(settled);
    expect(server.counters().active).toBe(STALLED);
    stalled[0]?.socket.resume();
    await ask(other, 50);
    expect(pulled).toBeGreaterThan(settled);
  });

  test('of a file are not read for', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'tsgi-stalled-')), 'file');
    const file = openSync(path, 'w+');
    const length = 64 * 2 ** 20;
    writeSync(file, new Uint8Array(1), 0, 1, length - 1);
    const sent = new Set<number>();
    const app: Application = (environ, startResponse) => {
      startResponse('200 OK', []);
      if (environ.PATH_INFO === '/small') {
        return [octets('<small>')];
      }
      environ['tsgi.on_finish'](({ bytesSent }) => void sent.add(bytesSent));
      return { 'tsgi.file': { fd: file, offset: 0, length }, [Symbol.iterator]: notIterated };
    };
    const { client, server } = await start(app);
    const raw = await client();
    raw.socket.pause();
    raw.send(get('/file'));
    const other = await client();
    await ask(other, 300);
    raw.close();
    await server.close();
    closeSync(file);
    rmSync(dirname(path), { recursive: true });
    expect([...sent][0]).toBeLessThan(IN_BUFFERS);
  });
});

describe.each(TRANSPORTS)('half-open connections on %s', (transport) => {
  const start = startOn(transport);
  const app: Application = (_environ, startResponse) => {
    startResponse('200 OK', []);
    return [octets('<small>')];
  };

  async function gone(server: ServerHandle): Promise<void> {
    while (server.counters().connections > 0) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  }

  test.each([
    ['after a last answer', get('/', 'Connection: close')],
    ['after a refusal', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc'],
    ['after what is no request', 'no request\r\n\r\n'],
  ])('that the client does not close are closed %s', async (_what, request) => {
    const { client, server } = await start(app, { drainTimeout: 300, maxBodySize: 10 });
    const raw = await client();
    const ended = new Promise((resolve) => raw.socket.once('end', resolve));
    raw.send(request);
    await ended;
    expect(raw.received).toMatch(/^HTTP\/1\.1 \d{3} /);
    await gone(server);
    expect(raw.socket.writable).toBe(true);
  });

  test.each([
    ['before a request', ''],
    ['between requests', get('/')],
    ['in the middle of a head', 'GET / HTTP/1.1\r\nHo'],
    ['in the middle of a body', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc'],
  ])('that the client has closed %s are closed', async (_what, sent) => {
    const { client, server } = await start(app);
    const raw = await client();
    raw.send(sent);
    if (sent === get('/')) {
      await raw.until('<small>');
    }
    raw.socket.end();
    await new Promise((resolve) => raw.socket.once('end', resolve));
    await gone(server);
    expect(server.counters().active).toBe(0);
  });
});
