import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { type Receiver, receiveFrom } from '../src/transports/socket-reader.ts';

/** Keeps what it is given, and copies at once what it is lent. */
class Recorder implements Receiver {
  readonly taken: Buffer[] = [];
  readonly lent: string[] = [];
  readonly memories = new Set<Buffer>();
  /** All that came, as it was when it came. */
  text = '';

  take(octets: Buffer): void {
    this.text += octets.toString('latin1');
    this.taken.push(octets);
  }

  lend(octets: Buffer, count: number): void {
    const text = octets.toString('latin1', 0, count);
    this.text += text;
    this.lent.push(text);
    this.memories.add(octets);
  }
}

interface Pair {
  readonly client: Socket;
  readonly accepted: Socket;
}

const open: Array<() => void> = [];

afterEach(() => {
  for (const close of open.splice(0)) {
    close();
  }
});

async function connectPair(): Promise<Pair> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connection = once(server, 'connection');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted] = (await connection) as [Socket];
  open.push(() => {
    client.destroy();
    accepted.destroy();
    server.close();
  });
  return { client, accepted };
}

/** Sends, and waits until all of it has come. */
async function send({ client }: Pair, recorder: Recorder, text: string): Promise<void> {
  const expected = recorder.text.length + text.length;
  client.write(text, 'latin1');
  await expect.poll(() => recorder.text.length, { interval: 1 }).toBe(expected);
}

describe('receiveFrom', () => {
  test('lends what is short, in one memory for all sockets', async () => {
    const [one, other] = [await connectPair(), await connectPair()];
    const recorder = new Recorder();
    receiveFrom(one.accepted, recorder);
    receiveFrom(other.accepted, recorder);
    await send(one, recorder, 'GET /1');
    await send(other, recorder, 'GET /2');
    await send(one, recorder, 'GET /3');
    expect(recorder.lent).toEqual(['GET /1', 'GET /2', 'GET /3']);
    expect(recorder.memories.size).toBe(1);
    expect(one.accepted.listenerCount('data')).toBe(0);
  });

  test('lends what is long piece by piece, in order', async () => {
    const pair = await connectPair();
    const recorder = new Recorder();
    receiveFrom(pair.accepted, recorder);
    const long = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(200_000)).join('');
    await send(pair, recorder, long);
    expect(recorder.text === long).toBe(true);
    expect(recorder.memories.size).toBe(1);
    expect(recorder.taken).toEqual([]);
  });

  test('tells of the end as any socket does', async () => {
    const pair = await connectPair();
    receiveFrom(pair.accepted, new Recorder());
    const ended = once(pair.accepted, 'end');
    pair.client.end('bye');
    await ended;
    expect(pair.accepted.readableEnded).toBe(true);
  });

  test('reads nothing while the socket is paused', async () => {
    const pair = await connectPair();
    const recorder = new Recorder();
    receiveFrom(pair.accepted, recorder);
    await send(pair, recorder, 'a');
    pair.accepted.pause();
    pair.client.write('b');
    pair.client.end();
    await once(pair.client, 'finish');
    expect(recorder.lent).toEqual(['a']);
    const ended = once(pair.accepted, 'end');
    pair.accepted.resume();
    await ended;
    expect(recorder.lent).toEqual(['a', 'b']);
  });

  test('takes events of a socket without the memory of node:net', async () => {
    const socket = new Duplex({ read() {}, write() {} });
    const recorder = new Recorder();
    receiveFrom(socket as Socket, recorder);
    socket.push('abc');
    await expect.poll(() => recorder.taken.map(String), { interval: 1 }).toEqual(['abc']);
    expect(recorder.lent).toEqual([]);
    socket.destroy();
  });

  test('takes events of a socket to which octets were given back', async () => {
    const pair = await connectPair();
    const recorder = new Recorder();
    pair.client.write('abc');
    await once(pair.accepted, 'readable');
    pair.accepted.removeAllListeners('readable');
    receiveFrom(pair.accepted, recorder);
    await expect.poll(() => recorder.text, { interval: 1 }).toBe('abc');
    await send(pair, recorder, 'def');
    expect(Buffer.concat(recorder.taken).toString()).toBe('abcdef');
    expect(recorder.lent).toEqual([]);
  });
});
