import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { Application, Outcome } from '@tsgi/types';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { serve, type ServeOptions, type ServerHandle } from '../../src/index.ts';
import { get } from '../server-fixture.ts';
import { cert, key, open } from '../tls-fixture.ts';

const MIB = 2 ** 20;
const SIZE = 16 * MIB;
/** What a client takes between two pauses: more than a Unix socket holds, and several pieces. */
const STEP = 2 * MIB;
/** No multiple of the grain of the server's clock. */
const WRITE_TIMEOUT = 60_100;
/** All pauses together are several times the limit. */
const PAUSE = 45_000;

const content = Buffer.alloc(SIZE);
for (let at = 0; at < SIZE; at += 4) {
  content.writeUInt32LE(at, at);
}
const digestOf = (octets: Uint8Array) => createHash('sha256').update(octets).digest('hex');
const digest = digestOf(content);

// Only the time of timers is of the tests' making: what is sent and read is real.
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Reading {
  readonly server: ServerHandle;
  /** What comes of the response; not read before it is. */
  readonly source: Readable;
  /** How the request ended. */
  readonly ended: Promise<Outcome>;
}

interface Way {
  readonly options: ServeOptions;
  readonly request: (path: string) => Readable;
}

const tlsTo = (path: string, protocol: string) =>
  connectTls({ path, ca: cert, servername: 'localhost', ALPNProtocols: [protocol] });

/** The ways in which a client asks, each on a Unix socket: its buffers are small. */
const WAYS: Readonly<Record<string, Way>> = {
  net: {
    options: { transport: 'net' },
    request: (path) => {
      const socket = connectTcp({ path });
      socket.write(get('/', 'Connection: close'));
      return socket;
    },
  },
  'node-http': {
    options: { transport: 'node-http' },
    request: (path) => {
      const socket = connectTcp({ path });
      socket.write(get('/', 'Connection: close'));
      return socket;
    },
  },
  'node-http with TLS': {
    options: { tls: { cert, key } },
    request: (path) => {
      const socket = tlsTo(path, 'http/1.1');
      socket.write(get('/', 'Connection: close'));
      return socket;
    },
  },
  'HTTP/2': {
    options: { tls: { cert, key } },
    request: (path) => {
      const session = connectHttp2('https://localhost', {
        createConnection: () => tlsTo(path, 'h2'),
      });
      session.on('error', () => {});
      open.push(() => session.destroy());
      return session.request({ ':path': '/' });
    },
  },
};

async function ask({ options, request }: Way, app: Application): Promise<Reading> {
  const folder = mkdtempSync(join(tmpdir(), 'tsgi-slow-'));
  open.push(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'app.sock');
  let finish!: (outcome: Outcome) => void;
  const ended = new Promise<Outcome>((resolve) => {
    finish = resolve;
  });
  const server = await serve(
    (environ, startResponse) => {
      environ['tsgi.on_finish'](finish);
      return app(environ, startResponse);
    },
    {
      ...options,
      listen: { path },
      writeTimeout: WRITE_TIMEOUT,
      errors: { write() {}, flush() {} },
    },
  );
  open.push(() => server.close());
  // between two ticks of the server's clock
  vi.advanceTimersByTime(249);
  const source = request(path);
  source.on('error', () => {});
  open.push(() => source.destroy());
  return { server, source, ended };
}

/** Reads to the end, with a long pause after each step; gives the octets after those of a head. */
async function readSlowly(source: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let since = 0;
  for await (const chunk of source) {
    chunks.push(chunk as Buffer);
    since += (chunk as Buffer).byteLength;
    if (since > STEP) {
      since = 0;
      vi.advanceTimersByTime(PAUSE);
    }
  }
  return Buffer.concat(chunks);
}

async function turns(count: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    await turn();
  }
}

const large: Application = (_environ, startResponse) => {
  startResponse('200 OK', []);
  return [content];
};

describe.each(Object.entries(WAYS))('slow readers on %s', (_name, way) => {
  test('get one large chunk whole, however long all of it takes', async () => {
    const { source, ended } = await ask(way, large);
    expect(digestOf((await readSlowly(source)).subarray(-SIZE))).toBe(digest);
    expect(await ended).toMatchObject({ bytesSent: SIZE, aborted: false });
  });

  test('get a large last chunk whole that comes behind many small ones', async () => {
    const small = 30;
    const { source, ended } = await ask(way, function* app(_environ, startResponse) {
      startResponse('200 OK', [['Content-Length', String(small + SIZE)]]);
      for (let at = 0; at < small; at++) {
        yield new Uint8Array(1);
      }
      yield content;
    });
    expect(digestOf((await readSlowly(source)).subarray(-SIZE))).toBe(digest);
    expect(await ended).toMatchObject({ bytesSent: small + SIZE, aborted: false });
  });

  test('get what was declared of a chunk that is larger, which is kept until then', async () => {
    const lent = Buffer.concat([content, Buffer.from('excess')]);
    const { source, ended } = await ask(way, (_environ, startResponse) => {
      startResponse('200 OK', [['Content-Length', String(SIZE)]]);
      return {
        *[Symbol.iterator]() {
          yield lent;
        },
        close: () => void lent.fill(0),
      };
    });
    expect(digestOf((await readSlowly(source)).subarray(-SIZE))).toBe(digest);
    expect(await ended).toMatchObject({ bytesSent: SIZE, aborted: false });
  });

  test('that stop are cut off, and not before the time is over', async () => {
    const { server, source, ended } = await ask(way, large);
    await once(source, 'readable');
    vi.advanceTimersByTime(WRITE_TIMEOUT - 1);
    await turns(20);
    expect(server.counters().active).toBe(1);
    while (server.counters().active > 0) {
      vi.advanceTimersByTime(PAUSE);
      await turns(4);
    }
    expect(await ended).toMatchObject({ status: 200, aborted: true });
    const received = await readSlowly(source).catch(() => Buffer.alloc(0));
    expect(received.byteLength).toBeLessThan(SIZE);
  });
});
