import type { Outcome } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import type { FileRead, FileReader } from '../src/file-pump.ts';
import { octets, RecordingSink, run, type RunOptions } from './gateway-fixture.ts';

type Start = (status: string, headers: unknown, error?: unknown) => void;
type Env = Record<string, unknown> & {
  'tsgi.on_finish': (callback: (outcome: Outcome) => unknown) => void;
};
const code = (value: string) => expect.objectContaining({ code: value });

/** A file whose reads are answered when the test says so. */
class SlowFile {
  readonly reads: Array<{ read: FileRead; done: (error: unknown, count: number) => void }> = [];
  readonly #content: Uint8Array;

  constructor(content: string) {
    this.#content = octets(content);
  }

  readonly reader: FileReader = (read, done) => void this.reads.push({ read, done });

  /** Answers the read that waits, with so many octets at most. */
  answer(most = Number.POSITIVE_INFINITY): void {
    const { read, done } = this.reads.shift() as (typeof this.reads)[number];
    const end = read.position + Math.min(read.length, most);
    const part = this.#content.subarray(read.position, end);
    read.buffer.set(part);
    done(null, part.byteLength);
  }
}

interface FileRun {
  readonly region?: unknown;
  readonly status?: string;
  readonly headers?: unknown;
  readonly events?: string[];
  readonly content?: string;
}

function send(given: FileRun, options: RunOptions = {}) {
  const { status = '200 OK', headers = [], events = [], content = 'abcdef' } = given;
  const file = new SlowFile(content);
  const region = given.region ?? { fd: 7, offset: 1, length: 4 };
  const result = run(
    (environ: Env, start: Start) => {
      environ['tsgi.on_finish']((outcome) => void events.push(`finish ${outcome.aborted}`));
      start(status, headers);
      return {
        'tsgi.file': region,
        [Symbol.iterator]() {
          events.push('iterate');
          return [octets('iterated')][Symbol.iterator]();
        },
        close: () => void events.push('close'),
      };
    },
    { offer: { readFile: file.reader }, ...options },
  );
  return { ...result, file, events };
}

describe('FilePump', () => {
  test('sends exactly the region, by position, and never asks for the iterator', () => {
    const { sink, file, events } = send({});
    expect(file.reads[0]?.read).toMatchObject({ fd: 7, position: 1, length: 4 });
    file.answer(3);
    expect(file.reads[0]?.read).toMatchObject({ fd: 7, position: 4, length: 1 });
    file.answer();
    expect(sink.trace).toEqual(['head 200', 'chunk bcd', 'chunk e', 'end']);
    expect(sink.head?.headers).toEqual(['Content-Length', '4']);
    expect(events).toEqual(['close', 'finish false']);
  });

  test('commits with the first octet, not before', () => {
    const { sink, file } = send({});
    expect(sink.trace).toEqual([]);
    file.answer();
    expect(sink.trace[0]).toBe('head 200');
  });

  test('reads on only while the sink is ready', () => {
    const sink = new RecordingSink();
    sink.allowed = 1;
    const { file, exchange } = send({}, { sink });
    file.answer(1);
    expect(file.reads).toEqual([]);
    sink.allowed = 1;
    exchange.resume();
    expect(file.reads).toHaveLength(1);
  });

  test('has one read under way at most', () => {
    const { file, exchange } = send({});
    exchange.resume();
    expect(file.reads).toHaveLength(1);
  });

  test('sends an empty region as an empty body', () => {
    const { sink, file } = send({ region: { fd: 7, offset: 2, length: 0 } });
    expect(file.reads).toEqual([]);
    expect(sink.trace).toEqual(['head 200', 'end']);
    expect(sink.head?.headers).toEqual(['Content-Length', '0']);
  });

  test.each([
    ['HEAD', '200 OK', ['Content-Length', '4'], []],
    ['GET', '204 No Content', [], [code('ERR_TSGI_CONTENT_FORBIDDEN')]],
    ['GET', '205 Reset', ['Content-Length', '0'], [code('ERR_TSGI_CONTENT_FORBIDDEN')]],
    ['GET', '304 Not Modified', [], [code('ERR_TSGI_CONTENT_FORBIDDEN')]],
  ])('reads nothing for %s with %s', (method, status, headers, expected) => {
    const { sink, file, events, faults } = send({ status }, { head: { method } });
    expect(file.reads).toEqual([]);
    expect(sink.trace).toEqual([`head ${status.slice(0, 3)}`, 'end']);
    expect(sink.head?.headers).toEqual(headers);
    expect(events).toEqual(['close', 'finish false']);
    expect(faults).toEqual(expected);
  });

  test('cuts a region that is longer than Content-Length', () => {
    const { sink, file, faults } = send({ headers: [['Content-Length', '2']] });
    file.answer();
    expect(sink.trace).toEqual(['head 200', 'chunk bc', 'end']);
    expect(faults).toEqual([code('ERR_TSGI_CONTENT_OVER')]);
  });

  test('cuts the response off where the region is shorter than Content-Length', () => {
    const { sink, file, faults } = send({ headers: [['Content-Length', '5']] });
    file.answer();
    expect(sink.trace).toEqual(['head 200', 'chunk bcde', 'abort']);
    expect(faults).toEqual([code('ERR_TSGI_CONTENT_UNDER')]);
  });

  test('cuts the response off where the file ends before the region', () => {
    const { sink, file, events, faults } = send({ content: 'abc' });
    file.answer();
    file.answer();
    expect(sink.trace).toEqual(['head 200', 'chunk bc', 'abort']);
    expect(faults).toEqual([code('ERR_TSGI_FILE')]);
    expect(events).toEqual(['close', 'finish true']);
  });

  test('answers a read that fails at once with 500', () => {
    const { sink, file, faults } = send({});
    const error = new Error('EIO');
    file.reads[0]?.done(error, 0);
    expect(sink.trace[0]).toBe('head 500');
    expect(faults).toEqual([error]);
  });

  test('does not close the body while a read is under way', () => {
    const { sink, file, events, exchange, isDone } = send({});
    exchange.disconnect();
    expect(events).toEqual([]);
    expect(isDone()).toBe(false);
    file.answer();
    expect(events).toEqual(['close', 'finish true']);
    expect(sink.trace).toEqual([]);
    expect(isDone()).toBe(true);
  });

  test('does not close the body while a read is under way in the async profile', async () => {
    const { file, events, exchange, done } = send({}, { profile: 'async' });
    exchange.disconnect();
    await Promise.resolve();
    expect(events).toEqual([]);
    file.answer();
    await done;
    expect(events).toEqual(['close', 'finish true']);
  });

  test.each([
    ['no object', 7],
    ['a negative offset', { fd: 7, offset: -1, length: 4 }],
    ['a fraction', { fd: 7, offset: 0, length: 1.5 }],
    ['no descriptor', { offset: 0, length: 4 }],
    ['an end beyond what a number holds', { fd: 7, offset: Number.MAX_SAFE_INTEGER, length: 1 }],
  ])('iterates a body whose region is %s', (_what, region) => {
    const { sink, events } = send({ region });
    expect(events[0]).toBe('iterate');
    expect(sink.content).toBe('iterated');
  });

  test('iterates a body that came before startResponse', () => {
    const { sink } = run(
      (_environ: Env, start: Start) => ({
        'tsgi.file': { fd: 7, offset: 0, length: 4 },
        *[Symbol.iterator]() {
          start('200 OK', []);
          yield octets('lazy');
        },
      }),
      {
        offer: {
          readFile() {
            throw new Error('read');
          },
        },
      },
    );
    expect(sink.trace).toEqual(['head 200', 'chunk lazy', 'end']);
  });

  test('sends the region of an asynchronous body', async () => {
    const file = new SlowFile('abcdef');
    const { sink, done } = run(
      async (_environ: Env, start: Start) => {
        start('200 OK', []);
        return {
          'tsgi.file': { fd: 7, offset: 0, length: 2 },
          [Symbol.asyncIterator]() {
            throw new Error('iterated');
          },
        };
      },
      {
        profile: 'async',
        offer: {
          readFile: (read, reply) => {
            file.reader(read, reply);
            queueMicrotask(() => file.answer());
          },
        },
      },
    );
    await done;
    expect(sink.trace).toEqual(['head 200', 'chunk ab', 'end']);
  });
});
