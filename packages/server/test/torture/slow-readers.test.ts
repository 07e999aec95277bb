import { createHash } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { get, startOn } from '../server-fixture.ts';
import { open, session, startTls } from '../tls-fixture.ts';

const MIB = 2 ** 20;
const SIZE = 32 * MIB;
/** Far less than the whole takes, far more than each piece. */
const WRITE_TIMEOUT = 250;

const content = Buffer.alloc(SIZE);
for (let at = 0; at < SIZE; at += 4) {
  content.writeUInt32LE(at, at);
}
const digest = createHash('sha256').update(content).digest('hex');

const large: Application = (_environ, startResponse) => {
  startResponse('200 OK', []);
  return [content];
};

/** Reads a little now and then, to the end; gives the octets after those of a head. */
async function readSlowly(source: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let since = 0;
  for await (const chunk of source) {
    chunks.push(chunk as Buffer);
    since += (chunk as Buffer).byteLength;
    if (since > MIB) {
      since = 0;
      await delay(20);
    }
  }
  return Buffer.concat(chunks).subarray(-SIZE);
}

describe('slow readers of one large chunk', { timeout: 30_000 }, () => {
  test('get it whole on node-http', async () => {
    const { server } = await startOn('node-http')(large, { writeTimeout: WRITE_TIMEOUT });
    const socket = connectTcp(server.port, '127.0.0.1');
    open.push(() => socket.destroy());
    socket.write(get('/', 'Connection: close'));
    const received = await readSlowly(socket);
    expect(createHash('sha256').update(received).digest('hex')).toBe(digest);
  });

  test('get it whole on HTTP/2', async () => {
    const { server } = await startTls(large, { writeTimeout: WRITE_TIMEOUT });
    const received = await readSlowly(session(server).request({ ':path': '/' }));
    expect(createHash('sha256').update(received).digest('hex')).toBe(digest);
  });
});
