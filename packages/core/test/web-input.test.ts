import { describe, expect, test } from 'vitest';
import type { RequestInput } from '../src/request-input.ts';
import { type WebInputOptions, webRequestInput } from '../src/web-input.ts';
import { octets, text } from './gateway-fixture.ts';

const SYNC: WebInputOptions = { profile: 'sync', length: undefined, maxSize: 100 };
const ASYNC: WebInputOptions = { ...SYNC, profile: 'async' };
const TOO_LARGE = { code: 'ERR_TSGI_INPUT_TOO_LARGE', status: 413 };
const ABORTED = { code: 'ERR_TSGI_INPUT_ABORTED' };
const END = { done: true, value: undefined };

/** A body that arrives when the test says so. */
class Arriving {
  /** How often the stream was asked for a chunk. */
  asked = 0;
  cancelled = false;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  readonly stream: ReadableStream<Uint8Array> = new ReadableStream(this, { highWaterMark: 0 });

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller;
  }

  pull(): void {
    this.asked += 1;
  }

  cancel(): void {
    this.cancelled = true;
  }

  push(content: string): void {
    this.#controller?.enqueue(octets(content));
  }

  end(): void {
    this.#controller?.close();
  }

  fail(error: Error): void {
    this.#controller?.error(error);
  }
}

function arrived(...chunks: string[]): ReadableStream<Uint8Array> {
  const body = new Arriving();
  for (const chunk of chunks) {
    body.push(chunk);
  }
  body.end();
  return body.stream;
}

async function readAll({ asyncInput }: RequestInput): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of asyncInput) {
    chunks.push(chunk);
  }
  return text(chunks);
}

async function open(body: Arriving) {
  const input = await webRequestInput(body.stream, ASYNC);
  const iterator = input.asyncInput[Symbol.asyncIterator]();
  return { input, next: () => iterator.next() };
}

/** Lets everything happen that promises have brought about. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('webRequestInput', () => {
  test.each([SYNC, ASYNC])('gives an empty body where there is none: $profile', async (options) => {
    const input = await webRequestInput(null, { ...options, length: 0 });
    expect(input).toMatchObject({ buffered: true, length: 0 });
    expect(await readAll(input)).toBe('');
  });

  test.each([SYNC, ASYNC])('gives the whole of a body: $profile', async (options) => {
    const input = await webRequestInput(arrived('ab', '', 'c'), options);
    expect(await readAll(input)).toBe('abc');
    expect(await readAll(await webRequestInput(arrived(), options))).toBe('');
  });

  test.each([SYNC, ASYNC])('refuses a declared length unread: $profile', async (options) => {
    const body = new Arriving();
    const reading = webRequestInput(body.stream, { ...options, length: 101 });
    await expect(reading).rejects.toMatchObject(TOO_LARGE);
    expect(body.asked).toBe(0);
  });

  test.each([SYNC, ASYNC])('takes as much as the limit: $profile', async (options) => {
    const content = 'x'.repeat(100);
    const input = await webRequestInput(arrived(content), { ...options, length: 100 });
    expect(input.length).toBe(100);
    expect(await readAll(input)).toBe(content);
  });

  describe('for a synchronous application', () => {
    test('waits for the end', async () => {
      const body = new Arriving();
      let ready = false;
      const reading = webRequestInput(body.stream, SYNC).then((input) => {
        ready = true;
        return input;
      });
      body.push('ab');
      await settle();
      expect(ready).toBe(false);
      body.push('cd');
      body.end();
      const { buffered, length, input } = await reading;
      expect({ buffered, length }).toEqual({ buffered: true, length: 4 });
      expect(text([input.read()])).toBe('abcd');
    });

    test('refuses a body that turns out too large, and reads no further', async () => {
      const body = new Arriving();
      const reading = webRequestInput(body.stream, SYNC);
      body.push('x'.repeat(100));
      body.push('y');
      await expect(reading).rejects.toMatchObject(TOO_LARGE);
      expect(body.cancelled).toBe(true);
    });

    test('refuses a body that is cut off, and says why', async () => {
      const body = new Arriving();
      const reading = webRequestInput(body.stream, SYNC);
      const cause = new Error('reset');
      body.fail(cause);
      await expect(reading).rejects.toMatchObject({ ...ABORTED, status: 400, cause });
    });
  });

  describe('for an asynchronous application', () => {
    test('reads as the application does', async () => {
      const body = new Arriving();
      const { input, next } = await open(body);
      expect(input).toMatchObject({ buffered: false, length: undefined });
      await settle();
      expect(body.asked).toBe(0);
      const first = next();
      await settle();
      expect(body.asked).toBe(1);
      body.push('ab');
      expect(text([(await first).value as Uint8Array])).toBe('ab');
      await settle();
      expect(body.asked).toBe(1);
    });

    test('answers reads that overlap in their order, with one read of the stream at a time', async () => {
      const body = new Arriving();
      const { next } = await open(body);
      const steps = [next(), next(), next(), next()];
      body.push('a');
      body.push('');
      body.push('b');
      body.end();
      const [first, second, ...rest] = await Promise.all(steps);
      expect(text([first?.value, second?.value] as Uint8Array[])).toBe('ab');
      expect(rest).toEqual([END, END]);
    });

    test('never lets a body that is cut off look like the end', async () => {
      const body = new Arriving();
      const { next } = await open(body);
      const waiting = [next(), next()];
      const cause = new Error('reset');
      body.fail(cause);
      const failed = { status: 'rejected', reason: expect.objectContaining({ ...ABORTED, cause }) };
      expect(await Promise.allSettled([...waiting, next()])).toEqual([failed, failed, failed]);
    });

    test('fails the read with which a body turns out too large, and reads no further', async () => {
      const body = new Arriving();
      const { next } = await open(body);
      const first = next();
      body.push('x'.repeat(100));
      await first;
      const second = next();
      body.push('y');
      await expect(second).rejects.toMatchObject(TOO_LARGE);
      await expect(next()).rejects.toMatchObject(TOO_LARGE);
      expect(body.cancelled).toBe(true);
    });

    test('lets go of the stream at the end of the response: that is not the end of the body', async () => {
      const body = new Arriving();
      const { input, next } = await open(body);
      const waiting = next();
      input.release?.();
      await expect(waiting).rejects.toMatchObject(ABORTED);
      await settle();
      await expect(next()).rejects.toMatchObject(ABORTED);
      expect(body.cancelled).toBe(true);
    });

    test('lets go of a stream that has failed without a word', async () => {
      const body = new Arriving();
      const { input, next } = await open(body);
      body.fail(new Error('reset'));
      await expect(next()).rejects.toMatchObject(ABORTED);
      input.release?.();
      await settle();
    });
  });
});
