import type { CancelSignal } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { PORTABLE_SIGNALS } from '../src/signal.ts';
import { TsgiError } from '../src/errors.ts';
import { octets, RecordingSink, run, type RunOptions, withResolvers } from './gateway-fixture.ts';

type Start = (status: string, headers: unknown, error?: unknown) => void;
interface Env {
  readonly 'tsgi.signal': CancelSignal;
  readonly 'tsgi.on_finish': (callback: () => void) => void;
  readonly 'tsgi.flush_headers': () => void;
}

const code = (value: string) => expect.objectContaining({ code: value });
const offer = { signals: PORTABLE_SIGNALS, flushHeaders: true };

describe('PORTABLE_SIGNALS', () => {
  const create = () => {
    const handle = PORTABLE_SIGNALS.create();
    const errors: unknown[] = [];
    return {
      signal: PORTABLE_SIGNALS.signal(handle),
      errors,
      abort: () =>
        PORTABLE_SIGNALS.abort(handle, new TsgiError('ERR_TSGI_ABORTED'), (error) =>
          errors.push(error),
        ),
    };
  };

  test('abort once and call each listener once, in order', () => {
    const { signal, abort } = create();
    const calls: string[] = [];
    const first = () => void calls.push(`first ${String(signal.aborted)}`);
    const removed = () => void calls.push('removed');
    signal.addEventListener('abort', first);
    signal.addEventListener('abort', first, { once: true });
    signal.addEventListener('abort', removed);
    signal.addEventListener('abort', () => {
      calls.push('second');
      signal.addEventListener('abort', () => void calls.push('late'));
    });
    signal.removeEventListener('abort', removed);
    expect(signal.aborted).toBe(false);
    expect(signal.reason).toBeUndefined();
    abort();
    abort();
    expect(calls).toEqual(['first true', 'second']);
    expect(signal.reason).toEqual(code('ERR_TSGI_ABORTED'));
  });

  test('call the next listener where one throws, and report it', () => {
    const { signal, abort, errors } = create();
    const calls: string[] = [];
    signal.addEventListener('abort', () => {
      throw new Error('mine');
    });
    signal.addEventListener('abort', () => void calls.push('next'));
    abort();
    expect(calls).toEqual(['next']);
    expect(errors).toEqual([new Error('mine')]);
  });
});

describe('tsgi.signal', () => {
  /** Runs a response of one chunk and writes down what happens. */
  function watch(options: RunOptions, act: (environ: Env) => void = () => {}) {
    const events: string[] = [];
    const result = run(
      (environ: Env, start: Start) => {
        const signal = environ['tsgi.signal'];
        signal.addEventListener('abort', () => void events.push('abort'));
        environ['tsgi.on_finish'](() => void events.push('finish'));
        start('200 OK', []);
        act(environ);
        return {
          *[Symbol.iterator]() {
            try {
              yield octets('a');
              yield octets('b');
            } finally {
              events.push(`return ${String(signal.aborted)}`);
            }
          },
          close: () => void events.push('close'),
        };
      },
      { offer, ...options },
    );
    return { ...result, events };
  }

  test('aborts before the cleanup where the client leaves', () => {
    const sink = new RecordingSink();
    sink.allowed = 1;
    const { exchange, events } = watch({ sink });
    exchange.disconnect();
    exchange.disconnect();
    expect(events).toEqual(['abort', 'return true', 'close', 'finish']);
  });

  test.each(['GET', 'HEAD'])('does not abort after a whole response to %s', (method) => {
    const { exchange, events } = watch({ head: { method } });
    exchange.disconnect();
    expect(events).toEqual(['return false', 'close', 'finish']);
  });

  test('does not abort where a fault is answered with 500', () => {
    const { sink, events } = watch({}, () => {
      throw new Error('early');
    });
    expect(sink.head?.status).toBe(500);
    expect(events).toEqual(['finish']);
  });

  test('aborts where a fault after the commit cuts the response off', () => {
    const { sink, events } = watch({}, (environ) => {
      environ['tsgi.flush_headers']();
      throw new Error('late');
    });
    expect(sink.trace.at(-1)).toBe('abort');
    expect(events).toEqual(['abort', 'finish']);
  });

  test('is there in the async profile though nothing is offered', async () => {
    const reached = withResolvers();
    const { exchange, done } = run(
      async (environ: Env) =>
        new Promise((_resolve, reject) => {
          const signal = environ['tsgi.signal'];
          signal.addEventListener('abort', () => reject(signal.reason));
          reached.resolve();
        }),
      { profile: 'async' },
    );
    await reached.promise;
    exchange.disconnect();
    await expect(done).resolves.toBeUndefined();
  });

  test('says nothing of what an application rejects with once it was aborted', async () => {
    const { exchange, done, faults } = run(
      async (environ: Env) =>
        new Promise((_resolve, reject) => {
          environ['tsgi.signal'].addEventListener('abort', () => reject(new Error('stopped')));
        }),
      { profile: 'async' },
    );
    exchange.disconnect();
    await done;
    expect(faults).toEqual([]);
  });
});
