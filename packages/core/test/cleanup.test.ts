import type { Outcome } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { octets, RecordingSink, run, type Run, type RunOptions } from './gateway-fixture.ts';

type Start = (status: string, headers: unknown, error?: unknown) => void;
interface Env {
  'tsgi.on_finish': (callback: (outcome: Outcome) => unknown) => void;
}

interface Spec {
  readonly steps?: ReadonlyArray<Uint8Array | Error | string>;
  readonly status?: string;
  readonly headers?: readonly (readonly string[])[];
}

/** Runs an application whose iterator, body and callbacks write down their cleanup. */
function watch(
  spec: Spec,
  options: RunOptions = {},
): Run & { events: string[]; outcomes: Outcome[] } {
  const events: string[] = [];
  const outcomes: Outcome[] = [];
  const steps = [...(spec.steps ?? [octets('a'), octets('b')])];
  const result = run((environ: Env, start: Start) => {
    environ['tsgi.on_finish']((outcome) => {
      events.push('first registered');
      outcomes.push(outcome);
    });
    environ['tsgi.on_finish'](() => void events.push('last registered'));
    if (spec.status !== 'none') {
      start(spec.status ?? '200 OK', spec.headers ?? []);
    }
    return {
      [Symbol.iterator]: () => ({
        next() {
          const step = steps.shift();
          if (step instanceof Error) {
            throw step;
          }
          return step === undefined
            ? { done: true, value: undefined }
            : { done: false, value: step };
        },
        return() {
          events.push('return');
          return { done: true, value: undefined };
        },
      }),
      close: () => void events.push('close'),
    };
  }, options);
  return { ...result, events, outcomes };
}

const STOPPED = ['return', 'close', 'last registered', 'first registered'];
const FINISHED = STOPPED.slice(1);

describe('cleanUp', () => {
  test('runs after the end, without return()', () => {
    const { events, outcomes } = watch({});
    expect(events).toEqual(FINISHED);
    expect(outcomes).toEqual([{ status: 200, bytesSent: 2, aborted: false }]);
  });

  test.each<[string, Spec, RunOptions, Partial<Outcome>]>([
    [
      'a thrown error',
      { steps: [octets('a'), new Error('x')] },
      {},
      { status: 200, bytesSent: 1, aborted: true },
    ],
    [
      'an error before the commit',
      { steps: [new Error('x')] },
      {},
      { status: 500, bytesSent: 26, aborted: false },
    ],
    [
      'a short body',
      { headers: [['Content-Length', '9']] },
      {},
      { status: 200, bytesSent: 2, aborted: true },
    ],
  ])('does not call return() after %s', (_what, spec, options, outcome) => {
    const { events, outcomes } = watch(spec, options);
    expect(events).toEqual(FINISHED);
    expect(outcomes).toEqual([{ ...outcome, error: expect.any(Error) }]);
  });

  test.each<[string, Spec, RunOptions]>([
    ['a bad chunk', { steps: [octets('a'), 'text'] }, {}],
    ['a missing startResponse', { status: 'none' }, {}],
    ['truncation', { headers: [['Content-Length', '1']] }, {}],
    ['HEAD', {}, { head: { method: 'HEAD' } }],
    ['204', { status: '204 No' }, {}],
  ])('calls return() after %s', (_what, spec, options) => {
    expect(watch(spec, options).events).toEqual(STOPPED);
  });

  test('runs when the client leaves', () => {
    const sink = new RecordingSink();
    sink.allowed = 1;
    const { events, outcomes, exchange, faults, isDone } = watch({}, { sink });
    expect(events).toEqual([]);
    expect(isDone()).toBe(false);
    exchange.disconnect();
    exchange.disconnect();
    expect(events).toEqual(STOPPED);
    expect(outcomes).toEqual([
      {
        status: 200,
        bytesSent: 1,
        aborted: true,
        error: expect.objectContaining({ code: 'ERR_TSGI_ABORTED' }) as unknown,
      },
    ]);
    expect(faults).toEqual([]);
    expect(isDone()).toBe(true);
  });

  test.each([{}, () => {}, new Uint8Array(1), Promise.resolve()])(
    'calls close() of what is no body: %o',
    (body) => {
      const events: string[] = [];
      run((_: Env, start: Start) => {
        start('200 OK', []);
        return Object.assign(body, { close: () => void events.push('close') });
      });
      expect(events).toEqual(['close']);
    },
  );

  test('goes on after an error and reports it', () => {
    const events: string[] = [];
    const { faults, sink } = run((environ: Env, start: Start) => {
      environ['tsgi.on_finish'](() => void events.push('callback'));
      environ['tsgi.on_finish'](() => {
        throw new Error('in callback');
      });
      start('200 OK', []);
      return {
        [Symbol.iterator]: () => [octets('a')][Symbol.iterator](),
        close() {
          throw new Error('in close');
        },
      };
    });
    expect(events).toEqual(['callback']);
    expect(sink.trace).toEqual(['head 200', 'chunk a', 'end']);
    expect(faults.map((fault) => (fault as Error).cause)).toEqual([
      new Error('in close'),
      new Error('in callback'),
    ]);
  });

  test('runs callbacks where the application throws', () => {
    const outcomes: Outcome[] = [];
    run((environ: Env) => {
      environ['tsgi.on_finish']((outcome) => void outcomes.push(outcome));
      throw new Error('x');
    });
    expect(outcomes).toMatchObject([{ status: 500 }]);
  });

  test('runs a callback that is registered meanwhile, and refuses one after the end', () => {
    const events: string[] = [];
    let register: Env['tsgi.on_finish'] | undefined;
    run((environ: Env, start: Start) => {
      register = environ['tsgi.on_finish'];
      register(() => {
        events.push('outer');
        register?.(() => void events.push('inner'));
      });
      start('200 OK', []);
      return [];
    });
    expect(events).toEqual(['outer', 'inner']);
    expect(() => register?.(() => {})).toThrow(expect.objectContaining({ code: 'ERR_TSGI_ENDED' }));
  });

  test('refuses a callback that is no function', () => {
    const { faults } = run((environ: { 'tsgi.on_finish': (callback: unknown) => void }) => {
      environ['tsgi.on_finish']('nothing');
    });
    expect(faults).toEqual([expect.objectContaining({ code: 'ERR_TSGI_CALLBACK' })]);
  });
});
