import type { AsyncApplication } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import type { RawClient } from './raw-client.ts';
import { gate, octets, startOn, TRANSPORTS } from './server-fixture.ts';

const MIB = 2 ** 20;
/** What a client offers, and what may be under way in the buffers of the system. */
const OFFERED = 128 * MIB;
const IN_BUFFERS = 24 * MIB;

const respond: AsyncApplication = (_environ, startResponse) => {
  startResponse('200 OK', []);
  return [octets('<answer>')];
};

/** Takes one chunk of the body, and stops there. */
async function readOnce(environ: Parameters<AsyncApplication>[0]): Promise<void> {
  for await (const chunk of environ['tsgi.async_input'] ?? []) {
    expect(chunk.byteLength).toBeGreaterThan(0);
    break;
  }
}

// Sends as fast as it is taken, until the connection is closed or everything is sent.
async function offer({ socket }: RawClient, framing: 'length' | 'chunks'): Promise<number> {
  const block = Buffer.alloc(65_536);
  const piece =
    framing === 'length'
      ? block
      : Buffer.concat([Buffer.from('10000\r\n'), block, Buffer.from('\r\n')]);
  const field = framing === 'length' ? `Content-Length: ${OFFERED}` : 'Transfer-Encoding: chunked';
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(`POST / HTTP/1.1\r\nHost: h\r\n${field}\r\n\r\n`);
  for (let sent = 0; !socket.destroyed && sent < OFFERED; sent += block.byteLength) {
    if (!socket.write(piece)) {
      const drained = new Promise<void>((resolve) => socket.once('drain', () => resolve()));
      await Promise.race([drained, closed]);
    }
  }
  await closed;
  return socket.bytesWritten - socket.writableLength;
}

describe.each(TRANSPORTS)('the drainLimit of an asynchronous application on %s', (transport) => {
  const start = startOn(transport);
  const options = { profile: 'async', maxBodySize: 2 * OFFERED, drainLimit: 65_536 } as const;

  test.each([
    ['that answers at once', respond],
    [
      'that answers later',
      async (environ, startResponse) => {
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        return respond(environ, startResponse);
      },
    ],
    [
      'that stops reading',
      async (environ, startResponse) => {
        await readOnce(environ);
        return respond(environ, startResponse);
      },
    ],
    [
      'that throws',
      async (environ) => {
        await readOnce(environ);
        throw new Error('no more');
      },
    ],
  ] as ReadonlyArray<readonly [string, AsyncApplication]>)(
    'bounds what is read of a body %s',
    async (_what, app) => {
      const { client } = await start(app, options);
      for (const framing of ['length', 'chunks'] as const) {
        expect(await offer(await client(), framing)).toBeLessThan(IN_BUFFERS);
      }
    },
  );

  test('leaves a body that is no longer read with the client while the application works', async () => {
    const stopped = gate();
    const release = gate();
    const { client } = await start(async (environ, startResponse) => {
      await readOnce(environ);
      stopped.open();
      await release.opened;
      return respond(environ, startResponse);
    }, options);
    const raw = await client();
    const offered = offer(raw, 'length');
    await stopped.opened;
    // many turns of the event loop, in which the rest of the body would have been taken
    for (let turn = 0; turn < 5000; turn++) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    expect(raw.socket.bytesWritten - raw.socket.writableLength).toBeLessThan(IN_BUFFERS);
    release.open();
    expect(await offered).toBeLessThan(IN_BUFFERS);
  });

  test('is not waited for once the client has gone', async () => {
    const { client, server } = await start(respond, {
      ...options,
      drainTimeout: 2 ** 31 - 1,
      gracefulTimeout: 2 ** 31 - 1,
    });
    const raw = await client();
    raw.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n');
    await raw.until('<answer>');
    raw.close();
    await expect(server.close()).resolves.toBeUndefined();
  });
});
