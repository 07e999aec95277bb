import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import {
  connectRaw,
  CONTINUATION,
  frame,
  get,
  HEADERS,
  PING,
  PREFACE,
  RST_STREAM,
  SETTINGS,
} from '../http2-frames.ts';
import { octets } from '../server-fixture.ts';
import { ask, session, startTls } from '../tls-fixture.ts';

const MIB = 2 ** 20;
const ROUNDS = 20_000;
/** What the process may grow by, garbage that is not yet collected included. */
const GROWTH = 160 * MIB;

// Writes each round when the one before was taken, until the rounds are over or the server has closed
// the connection.
async function flood(socket: TLSSocket, round: (index: number) => Buffer): Promise<number> {
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  for (let index = 0; index < ROUNDS; index++) {
    if (socket.destroyed) {
      return index;
    }
    if (!socket.write(round(index))) {
      const drained = new Promise<void>((resolve) => socket.once('drain', () => resolve()));
      await Promise.race([drained, closed]);
    }
  }
  return ROUNDS;
}

/** An id of a client's stream. */
const streamOf = (index: number): number => 2 * index + 1;
const code = Buffer.from([0, 0, 0, 8]);

const FLOODS: ReadonlyArray<readonly [string, (index: number) => Buffer]> = [
  [
    'requests that are reset at once',
    (index) =>
      Buffer.concat([
        get(streamOf(index), '/'),
        frame(RST_STREAM, { stream: streamOf(index), payload: code }),
      ]),
  ],
  [
    'CONTINUATION without an end',
    (index) =>
      index === 0
        ? frame(HEADERS, { payload: Buffer.from([0x82]) })
        : frame(CONTINUATION, { payload: Buffer.from([0x00, 1, 0x78, 1, 0x79]) }),
  ],
  ['empty CONTINUATION', (index) => frame(index === 0 ? HEADERS : CONTINUATION, {})],
  ['SETTINGS', () => frame(SETTINGS, { stream: 0, payload: Buffer.from([0, 4, 0, 1, 0, 0]) })],
  ['PING', () => frame(PING, { stream: 0, payload: Buffer.alloc(8) })],
  ['requests that are never read', (index) => get(streamOf(index), '/large')],
  [
    'frames of streams that do not exist',
    (index) => frame(RST_STREAM, { stream: streamOf(index + 1), payload: code }),
  ],
];

describe('floods on HTTP/2', () => {
  test.each(FLOODS)('of %s leave the server running, its memory bounded', async (_what, round) => {
    let running = 0;
    const app: Application = (environ, startResponse) => {
      running += 1;
      environ['tsgi.on_finish'](() => {
        running -= 1;
      });
      startResponse('200 OK', []);
      return environ.PATH_INFO === '/large'
        ? [new Uint8Array(65_536)]
        : [octets(environ.PATH_INFO)];
    };
    const { server } = await startTls(app);
    const socket = await connectRaw(server.port);
    // what the server answers is not read, so that it would pile up
    socket.pause();
    socket.write(PREFACE);
    const before = process.memoryUsage.rss();
    await flood(socket, round);
    expect((await ask(session(server), { ':path': '/still-there' })).content).toBe('/still-there');
    expect(process.memoryUsage.rss() - before).toBeLessThan(GROWTH);
    socket.destroy();
    await server.close();
    expect(running).toBe(0);
    expect(server.counters()).toMatchObject({ connections: 0, active: 0 });
  });

  test.each(['CONTINUATION without an end', 'requests that are reset at once'])(
    'of %s end with the connection',
    async (name) => {
      const [, round] = FLOODS.find(([what]) => what === name) as (typeof FLOODS)[number];
      const { server } = await startTls(
        async (environ, startResponse) => {
          await new Promise<void>((resolve) => {
            environ['tsgi.signal']?.addEventListener('abort', () => resolve());
          });
          startResponse('200 OK', []);
          return [];
        },
        { profile: 'async', keepAliveTimeout: 300 },
      );
      const socket = await connectRaw(server.port);
      socket.write(PREFACE);
      const closed = once(socket, 'close');
      await flood(socket, round);
      await closed;
      await server.close();
      expect(server.counters().requests).toBeLessThan(ROUNDS / 2);
    },
  );
});
