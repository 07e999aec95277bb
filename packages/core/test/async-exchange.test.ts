import type { Outcome } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { TsgiError } from '../src/errors.ts';
import { octets, RecordingSink, run, withResolvers } from './gateway-fixture.ts';

type Start = (status: string, headers: unknown, error?: unknown) => void;
type Env = Record<string, unknown> & {
  'tsgi.on_finish': (callback: (outcome: Outcome) => unknown) => void;
};
const asynchronously = { profile: 'async' } as const;

describe('Exchange in the async profile', () => {
  test('takes a promise of an array, a sync body and an async body', async () => {
    async function* chunks() {
      yield octets('a');
      yield octets('');
      yield octets('b');
    }
    for (const body of [
      [octets('a'), octets('b')],
      new Set([octets('a'), octets('b')]),
      chunks(),
    ]) {
      const { sink, done } = run(async (_: Env, start: Start) => {
        await Promise.resolve();
        start('200 OK', []);
        return body;
      }, asynchronously);
      await done;
      expect(sink.trace).toEqual(['head 200', 'chunk a', 'chunk b', 'end']);
    }
  });

  test('takes a synchronous application', async () => {
    const { sink, done } = run((_: Env, start: Start) => {
      start('200 OK', []);
      return [octets('a')];
    }, asynchronously);
    await done;
    expect(sink.content).toBe('a');
  });

  test('answers a rejection before the commit with 500 and cuts off after it', async () => {
    const before = run(() => Promise.reject(new Error('no')), asynchronously);
    await before.done;
    expect(before.sink.head?.status).toBe(500);
    const after = run(async function* app(_: Env, start: Start) {
      start('200 OK', []);
      yield octets('a');
      await Promise.reject(new Error('late'));
    }, asynchronously);
    await after.done;
    expect(after.sink.trace).toEqual(['head 200', 'chunk a', 'abort']);
  });

  test('has one pull outstanding at most', async () => {
    let outstanding = 0;
    let most = 0;
    let left = 5;
    const { exchange, sink, done } = run((_: Env, start: Start) => {
      start('200 OK', []);
      return {
        [Symbol.asyncIterator]: () => ({
          async next() {
            outstanding += 1;
            most = Math.max(most, outstanding);
            await Promise.resolve();
            outstanding -= 1;
            left -= 1;
            return left < 0
              ? { done: true, value: undefined }
              : { done: false, value: octets('x') };
          },
        }),
      };
    }, asynchronously);
    exchange.resume();
    exchange.resume();
    await done;
    expect(most).toBe(1);
    expect(sink.content).toBe('xxxxx');
  });

  test('cleans up when the client leaves during a pull', async () => {
    const events: string[] = [];
    const never = withResolvers();
    const reached = withResolvers();
    const sink = new RecordingSink();
    const { exchange, done } = run(
      (environ: Env, start: Start) => {
        environ['tsgi.on_finish'](async (outcome) => {
          await Promise.resolve();
          events.push(`finish ${String(outcome.aborted)}`);
        });
        start('200 OK', []);
        return {
          [Symbol.asyncIterator]: () => ({
            async next() {
              reached.resolve();
              await never.promise;
              return { done: true, value: undefined };
            },
            async return() {
              await Promise.resolve();
              events.push('return');
              return { done: true, value: undefined };
            },
          }),
          async close() {
            await Promise.resolve();
            events.push('close');
          },
        };
      },
      { ...asynchronously, sink },
    );
    await reached.promise;
    exchange.disconnect();
    await done;
    expect(events).toEqual(['return', 'close', 'finish true']);
    expect(sink.trace).toEqual([]);
    never.resolve();
  });

  test('closes a body that arrives after the client has left', async () => {
    const events: string[] = [];
    const gate = withResolvers();
    const { exchange, done, faults } = run(async (_: Env, start: Start) => {
      start('200 OK', []);
      await gate.promise;
      return {
        [Symbol.iterator]: () => [][Symbol.iterator](),
        close: () => void events.push('close'),
      };
    }, asynchronously);
    exchange.disconnect();
    gate.resolve();
    await done;
    expect(faults).toEqual([]);
    expect(events).toEqual(['close']);
  });

  test('closes a body that arrives even later than cleanup waited for', async () => {
    const gate = withResolvers();
    const closed = withResolvers();
    const { exchange, done } = run(
      async (_: Env, start: Start) => {
        start('200 OK', []);
        await gate.promise;
        return { [Symbol.iterator]: () => [][Symbol.iterator](), close: closed.resolve };
      },
      { ...asynchronously, limit: () => Promise.reject(new Error('too late')) },
    );
    exchange.disconnect();
    await done;
    gate.resolve();
    await expect(closed.promise).resolves.toBeUndefined();
  });

  test('goes on with cleanup when a step does not settle in time', async () => {
    const events: string[] = [];
    const { done, faults } = run(
      (environ: Env, start: Start) => {
        environ['tsgi.on_finish'](() => void events.push('callback'));
        start('200 OK', []);
        return {
          [Symbol.asyncIterator]: () => [octets('a')][Symbol.iterator]() as unknown,
          close: () => new Promise(() => {}),
        };
      },
      { ...asynchronously, limit: () => Promise.reject(new Error('too late')) },
    );
    await done;
    expect(events).toEqual(['callback']);
    expect(faults.map((fault) => (fault as Error).cause)).toEqual([new Error('too late')]);
  });

  test('reports a step that does not settle in time as that', async () => {
    const { done, faults } = run(
      (_environ: Env, start: Start) => {
        start('200 OK', []);
        return {
          [Symbol.iterator]: () => [][Symbol.iterator](),
          close: () => new Promise(() => {}),
        };
      },
      {
        ...asynchronously,
        limit: () => Promise.reject(new TsgiError('ERR_TSGI_CLEANUP_TIMEOUT')),
      },
    );
    await done;
    expect(faults).toEqual([expect.objectContaining({ code: 'ERR_TSGI_CLEANUP_TIMEOUT' })]);
  });

  test('drops the chunk of a pull that settles after the client has left', async () => {
    const step = withResolvers();
    const reached = withResolvers();
    const { exchange, sink, faults, done } = run(async function* app(_environ: Env, start: Start) {
      start('200 OK', []);
      reached.resolve();
      await step.promise;
      yield octets('late');
    }, asynchronously);
    await reached.promise;
    step.resolve();
    exchange.disconnect();
    await done;
    expect(sink.trace).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('closes a function that was returned in place of a body', async () => {
    const events: string[] = [];
    const { sink, faults, done } = run((_environ: Env, start: Start) => {
      start('200 OK', []);
      return Object.assign(() => {}, { close: () => void events.push('close') });
    }, asynchronously);
    await done;
    expect(sink.head?.status).toBe(500);
    expect(faults).toEqual([expect.objectContaining({ code: 'ERR_TSGI_BODY' })]);
    expect(events).toEqual(['close']);
  });

  test.each(['sync', 'async'] as const)(
    'takes what a result throws when it is looked at for a fault (%s)',
    async (profile) => {
      const { sink, faults, done } = run(
        (_environ: Env, start: Start) => {
          start('200 OK', []);
          // oxlint-disable-next-line no-thenable -- it is what the server has to survive
          return Object.defineProperty({}, 'then', {
            get() {
              throw new Error('looked at');
            },
          });
        },
        { profile },
      );
      await done;
      expect(sink.head?.status).toBe(500);
      expect(faults).toEqual([new Error('looked at')]);
    },
  );

  test('takes what a step throws when it is looked at for a throw of next()', async () => {
    let returns = 0;
    const { sink, faults, done } = run((_environ: Env, start: Start) => {
      start('200 OK', []);
      return {
        [Symbol.asyncIterator]: () => ({
          next: () => ({
            get done() {
              throw new Error('looked at');
            },
          }),
          return() {
            returns += 1;
          },
        }),
      };
    }, asynchronously);
    await done;
    expect(sink.head?.status).toBe(500);
    expect(faults).toEqual([new Error('looked at')]);
    expect(returns).toBe(0);
  });

  test('offers the input to one of two readers', async () => {
    const { sink, done } = run(
      async function* app(environ: Env, start: Start) {
        start('200 OK', []);
        for await (const chunk of environ['tsgi.async_input'] as AsyncIterable<Uint8Array>) {
          yield chunk;
        }
      },
      {
        ...asynchronously,
        head: { headers: ['Host', 'h', 'Content-Length', '3'] },
        body: octets('abc'),
      },
    );
    await done;
    expect(sink.content).toBe('abc');
  });
});
