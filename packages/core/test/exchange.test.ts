import vm from 'node:vm';
import type { Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { octets, RecordingSink, run } from './gateway-fixture.ts';

type Start = (status: string, headers: unknown, error?: unknown) => void;
type Env = Record<string, unknown>;
const code = (value: string) => expect.objectContaining({ code: value });
const headersOf = (sink: RecordingSink) => sink.head?.headers ?? [];

describe('Exchange', () => {
  test('sends an array with the sum of its lengths', () => {
    const { sink } = run((_: Env, start: Start) => {
      start('200 OK', [['X-A', '1']]);
      return [octets('ab'), octets(''), octets('c')];
    });
    expect(sink.trace).toEqual(['head 200', 'chunk ab', 'chunk c', 'end']);
    expect(headersOf(sink)).toEqual(['X-A', '1', 'Content-Length', '3']);
  });

  test('sends an empty body with its length', () => {
    for (const body of [[], new Set<Uint8Array>()]) {
      const { sink } = run((_: Env, start: Start) => {
        start('200 OK', []);
        return body;
      });
      expect(sink.trace).toEqual(['head 200', 'end']);
      expect(headersOf(sink)).toEqual(['Content-Length', '0']);
    }
  });

  test('does not guess the length of any other iterable', () => {
    const { sink } = run((_: Env, start: Start) => {
      start('200 OK', []);
      return new Set([octets('ab')]);
    });
    expect(headersOf(sink)).toEqual([]);
    expect(sink.head?.contentLength).toBeUndefined();
  });

  test('runs a generator function as an application', () => {
    const { sink } = run(function* app(_: Env, start: Start) {
      start('201 Made', []);
      yield octets('');
      yield octets('x');
    });
    expect(sink.trace).toEqual(['head 201', 'chunk x', 'end']);
  });

  test('commits at the first non-empty chunk and not before', () => {
    const { sink } = run(function* app(_: Env, start: Start) {
      start('200 OK', [['X-A', '1']]);
      yield octets('');
      start('500 Oh', [['X-B', '2']], new Error('late'));
      yield octets('x');
    });
    expect(sink.trace).toEqual(['head 500', 'chunk x', 'end']);
    expect(headersOf(sink)).toEqual(['X-B', '2']);
  });

  test('pulls only while the transport is ready', () => {
    const sink = new RecordingSink();
    sink.allowed = 2;
    let pulls = 0;
    const { exchange } = run(
      function* app(_: Env, start: Start) {
        start('200 OK', []);
        for (;;) {
          pulls += 1;
          yield octets(String(pulls));
        }
      },
      { sink },
    );
    expect(pulls).toBe(2);
    sink.allowed = 1;
    exchange.resume();
    expect(pulls).toBe(3);
    exchange.disconnect();
    sink.allowed = 9;
    exchange.resume();
    expect(pulls).toBe(3);
  });

  test('gets the iterator once', () => {
    let iterators = 0;
    run((_: Env, start: Start) => {
      start('200 OK', []);
      return {
        [Symbol.iterator]() {
          iterators += 1;
          return [octets('a')][Symbol.iterator]();
        },
      };
    });
    expect(iterators).toBe(1);
  });

  test('takes chunks of another realm and Buffers', () => {
    const foreign: unknown = vm.runInNewContext('new Uint8Array([97])');
    const { sink } = run((_: Env, start: Start) => {
      start('200 OK', []);
      return [foreign, Buffer.from('b')];
    });
    expect(sink.content).toBe('ab');
  });

  test('measures chunks and takes elements by itself, whatever they say', () => {
    class Liar extends Uint8Array {
      override get byteLength(): number {
        return 0;
      }
    }
    const body = [Liar.from([97, 98]), octets('c')];
    body[Symbol.iterator] = () => [octets('evil')][Symbol.iterator]();
    const { sink } = run((_: Env, start: Start) => {
      start('200 OK', []);
      return body;
    });
    expect(sink.content).toBe('abc');
    expect(headersOf(sink)).toEqual(['Content-Length', '3']);
  });

  test.each<[string, unknown, string]>([
    ['a string', 'text', 'ERR_TSGI_BODY'],
    ['a Uint8Array', new Uint8Array(1), 'ERR_TSGI_BODY'],
    ['null', null, 'ERR_TSGI_BODY'],
    ['nothing', undefined, 'ERR_TSGI_BODY'],
    ['an object', {}, 'ERR_TSGI_BODY'],
    ['a promise', Promise.resolve([]), 'ERR_TSGI_ASYNC_UNSUPPORTED'],
    ['an async body', { [Symbol.asyncIterator]() {} }, 'ERR_TSGI_ASYNC_UNSUPPORTED'],
    ['an array with a string', [new Uint8Array(1), 'x'], 'ERR_TSGI_CHUNK'],
    ['a set of numbers', new Set([1]), 'ERR_TSGI_CHUNK'],
    ['a DataView chunk', [new DataView(new ArrayBuffer(1))], 'ERR_TSGI_CHUNK'],
    ['a body without an iterator', { [Symbol.iterator]: () => 1 }, 'ERR_TSGI_BODY'],
    [
      'an iterator without steps',
      { [Symbol.iterator]: () => ({ next: () => 1 }) },
      'ERR_TSGI_BODY',
    ],
  ])('answers %s with 500', (_what, body, expected) => {
    const { sink, faults } = run((__: Env, start: Start) => {
      start('200 OK', [['X-App', '1']]);
      return body;
    });
    expect(faults).toEqual([code(expected)]);
    expect(sink.head?.status).toBe(500);
    expect(headersOf(sink)).toEqual(['Content-Type', 'text/plain', 'Content-Length', '26']);
    expect(sink.content).toBe('500 Internal Server Error\n');
  });

  test('answers a body without startResponse with 500', () => {
    for (const body of [[], [octets('x')], new Set([octets('')])]) {
      const { sink, faults } = run(() => body);
      expect(sink.head?.status).toBe(500);
      expect(faults).toEqual([code('ERR_TSGI_NOT_STARTED')]);
    }
  });

  test('hides what was thrown before the commit and logs it', () => {
    const { sink, log } = run(() => {
      throw new Error('secret', { cause: new Error('deeper') });
    });
    expect(sink.content).toBe('500 Internal Server Error\n');
    expect(log.join('')).toContain('tsgi: GET /: Error: secret\n    at ');
    expect(log.join('')).toContain('caused by: Error: deeper');
  });

  test('cuts the response off when the body throws after the commit', () => {
    const { sink, faults } = run(function* app(_: Env, start: Start) {
      start('200 OK', []);
      yield octets('a');
      throw new Error('late');
    });
    expect(sink.trace).toEqual(['head 200', 'chunk a', 'abort']);
    expect(faults).toHaveLength(1);
  });

  test('cuts what goes beyond Content-Length and completes', () => {
    let pulls = 0;
    const { sink, faults } = run(function* app(_: Env, start: Start) {
      start('200 OK', [['Content-Length', '3']]);
      for (;;) {
        pulls += 1;
        yield octets('ab');
      }
    });
    expect(sink.trace).toEqual(['head 200', 'chunk ab', 'chunk a', 'end']);
    expect(pulls).toBe(2);
    expect(faults).toEqual([code('ERR_TSGI_CONTENT_OVER')]);
  });

  test.each([
    ['complete once the transport is done with it', false, ['chunk abc', 'end'], undefined],
    ['cut off where the client leaves before', true, ['chunk abc'], 'ERR_TSGI_ABORTED'],
  ])('has a response with more than Content-Length %s', (_what, leaves, trace, error) => {
    const sink = new RecordingSink();
    sink.allowed = 1;
    const closed: unknown[] = [];
    const { exchange } = run(
      (environ: Environ, start: Start) => {
        environ['tsgi.on_finish'](({ error: cause, aborted }) => {
          closed.push([aborted, (cause as { code?: string } | undefined)?.code]);
        });
        start('200 OK', [['Content-Length', '3']]);
        return {
          *[Symbol.iterator]() {
            yield octets('abcd');
          },
          close: () => void closed.push('close'),
        };
      },
      { sink },
    );
    expect(sink.trace).toEqual(['head 200', 'chunk abc']);
    expect(closed).toEqual([]);
    if (leaves) {
      exchange.disconnect();
    }
    sink.allowed = 1;
    exchange.resume();
    exchange.resume();
    expect(sink.trace).toEqual(['head 200', ...trace]);
    expect(closed).toEqual(['close', [leaves, error]]);
  });

  test('cuts the response off when it falls short of Content-Length', () => {
    const { sink, faults } = run((_: Env, start: Start) => {
      start('200 OK', [['Content-Length', '3']]);
      return [octets('ab')];
    });
    expect(sink.trace).toEqual(['head 200', 'chunk ab', 'abort']);
    expect(faults).toEqual([code('ERR_TSGI_CONTENT_UNDER')]);
  });

  test.each([
    [[octets('abc')], [], ['Content-Length', '3']],
    [[], [], []],
    [[octets('abc')], [['Content-Length', '9']], ['Content-Length', '9']],
    [new Set([octets('abc')]), [], []],
  ])('answers HEAD without content', (body, given, expected) => {
    const { sink, faults } = run(
      (_: Env, start: Start) => {
        start('200 OK', given);
        return body;
      },
      { head: { method: 'HEAD' } },
    );
    expect(sink.trace).toEqual(['head 200', 'end']);
    expect(headersOf(sink)).toEqual(expected);
    expect(faults).toEqual([]);
  });

  test('pulls no further than the first chunk for HEAD', () => {
    let pulls = 0;
    run(
      function* app(_: Env, start: Start) {
        start('200 OK', []);
        for (;;) {
          pulls += 1;
          yield octets('a');
        }
      },
      { head: { method: 'HEAD' } },
    );
    expect(pulls).toBe(1);
  });

  test.each([
    [204, ['X-A', '1']],
    [205, ['X-A', '1', 'Content-Length', '0']],
    [304, ['X-A', '1', 'Content-Length', '5']],
  ])('sends %i without content', (status, expected) => {
    const { sink, faults } = run((_: Env, start: Start) => {
      start(`${status} Reason`, [
        ['X-A', '1'],
        ['Content-Length', '5'],
      ]);
      return [octets('abc'), octets('de')];
    });
    expect(sink.trace).toEqual([`head ${status}`, 'end']);
    expect(headersOf(sink)).toEqual(expected);
    expect(sink.head?.hasContent).toBe(false);
    expect(faults).toEqual([code('ERR_TSGI_CONTENT_FORBIDDEN')]);
  });

  test('throws from startResponse after the end', () => {
    let late: Start | undefined;
    run((_: Env, start: Start) => {
      late = start;
      start('200 OK', []);
      return [];
    });
    expect(() => late?.('200 OK', [])).toThrow(code('ERR_TSGI_ENDED'));
    const given = new Error('given');
    expect(() => late?.('200 OK', [], given)).toThrow(given);
  });

  test('swallows the rejection of a promise it cannot use', async () => {
    const { faults } = run(() => Promise.reject(new Error('nobody listens')));
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(faults.map(String)).toEqual([
      expect.stringContaining('asynchronous results'),
      'Error: nobody listens',
    ]);
  });
});
