/** Asynchronous bodies from the call of their iterator to the last callback, step by step. */
import type { AsyncApplication, Header, StatusLine } from '@tsgi/types';
import type { CheckId, PlainData, Probe, ServerCheck } from '../../check.ts';
import { toBytes } from '../../wire/byte-string.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import { byPath, answering, describeThrown, illegal } from './applications.ts';
import { dataOf } from './seen.ts';

const DONE = { done: true, value: undefined };

/** A body of which every call is recorded. */
interface Recipe {
  /** What startResponse is given; `false` where it is not called. */
  readonly status?: StatusLine | false;
  readonly headers?: readonly Header[];
  /** What the call of `[Symbol.asyncIterator]` gives in place of an iterator. */
  readonly open?: () => unknown;
  /** What the call of `next()` with this number, from 1, gives. */
  readonly next?: (pull: number) => unknown;
}

/** A recipe, what the server must call of it, and what the callback must be told. */
interface PathCase extends Recipe {
  readonly id: CheckId;
  readonly title: string;
  readonly request?: RequestShape;
  readonly steps: string;
  readonly outcome: PlainData;
}

function step(value: unknown): unknown {
  return { done: false, value };
}

function fail(): never {
  throw new Error('broken on purpose');
}

/** More chunks than a server may pull where it has to stop, and not so many that one that does not is lost. */
function many(value: unknown): (pull: number) => Promise<unknown> {
  return async (pull) => (pull <= 50 ? step(value) : DONE);
}

function once(value: unknown): (pull: number) => Promise<unknown> {
  return async (pull) => (pull === 1 ? step(value) : DONE);
}

function cook(probe: Probe, recipe: Recipe): AsyncApplication {
  const { status = '200 OK', headers = [], open, next = once(toBytes('abc')) } = recipe;
  const iterator = (): unknown => {
    let pulls = 0;
    return {
      next: () => {
        probe.record('next');
        pulls += 1;
        return next(pulls);
      },
      return: async () => {
        probe.record('return');
        return DONE;
      },
    };
  };
  return (environ, startResponse) => {
    environ['tsgi.on_finish'](({ status: sent, aborted, error }) => {
      const told = error === undefined ? undefined : describeThrown(error);
      probe.record('finish', [sent, aborted, told?.code ?? told?.kind]);
    });
    if (status !== false) startResponse(status, [probe.tag, ...headers]);
    return illegal({
      [Symbol.asyncIterator]: () => {
        probe.record('iterator');
        return (open ?? iterator)();
      },
      close: async () => probe.record('close'),
    });
  };
}

const COMPLETE: PlainData = [200, false, undefined];

const noContent = (['204 No Content', '205 Reset Content', '304 Not Modified'] as const).map(
  (status): PathCase => ({
    id: `ASYNC-RETURN.${status.slice(0, 3)}`,
    title: `With status ${status.slice(0, 3)} pulling stops at the first chunk, with return()`,
    status,
    next: many(toBytes('abc')),
    steps: 'iterator next return close finish',
    outcome: [Number(status.slice(0, 3)), false, undefined],
  }),
);

const paths: readonly PathCase[] = [
  ...noContent,
  {
    id: 'ASYNC-RETURN.head',
    title: 'For HEAD pulling stops at the first chunk, with return()',
    request: { method: 'HEAD' },
    next: many(toBytes('abc')),
    steps: 'iterator next return close finish',
    outcome: COMPLETE,
  },
  {
    id: 'ASYNC-RETURN.bad-chunk',
    title: 'A first chunk that is none is a 500, and the iterator is returned',
    next: once('text'),
    steps: 'iterator next return close finish',
    outcome: [500, false, 'ERR_TSGI_CHUNK'],
  },
  {
    id: 'ASYNC-RETURN.bad-chunk-late',
    title: 'A later chunk that is none cuts the response short, and the iterator is returned',
    next: (pull) => many(pull === 1 ? toBytes('abc') : 'text')(pull),
    steps: 'iterator next next return close finish',
    outcome: [200, true, 'ERR_TSGI_CHUNK'],
  },
  {
    id: 'CLOSE-RETURN-DONE.async-exhausted',
    title: 'An asynchronous iterator that is exhausted is not returned',
    steps: 'iterator next next close finish',
    outcome: COMPLETE,
  },
  {
    id: 'CLOSE-RETURN-DONE.async-rejected',
    title: 'Nor is one whose next() has rejected',
    next: async (pull) => (pull === 1 ? step(toBytes('abc')) : fail()),
    steps: 'iterator next next close finish',
    outcome: [200, true, 'Error'],
  },
  {
    id: 'CLOSE-RETURN-DONE.async-thrown',
    title: 'Nor is one whose next() has thrown',
    next: fail,
    steps: 'iterator next close finish',
    outcome: [500, false, 'Error'],
  },
  {
    id: 'CLOSE-RETURN-DONE.async-no-object',
    title: 'Nor is one whose next() has given what is no object, which is a fault',
    next: async () => 'text',
    steps: 'iterator next close finish',
    outcome: [500, false, 'ERR_TSGI_BODY'],
  },
  {
    id: 'CLOSE-THROW.async-iterator',
    title: 'An asynchronous body whose iterator cannot be obtained is closed',
    open: fail,
    steps: 'iterator close finish',
    outcome: [500, false, 'Error'],
  },
  {
    id: 'CLOSE-THROW.async-no-iterator',
    title: 'So is one that gives no iterator, which is a fault',
    open: () => 'text',
    steps: 'iterator close finish',
    outcome: [500, false, 'ERR_TSGI_BODY'],
  },
  {
    id: 'ASYNC-REJECT.undefined',
    title: 'A rejection without a reason is a fault like any other',
    // oxlint-disable-next-line prefer-promise-reject-errors
    next: () => Promise.reject(undefined),
    steps: 'iterator next close finish',
    outcome: [500, false, undefined],
  },
  {
    id: 'SR-MISSING.async-chunk',
    title: 'A chunk of an asynchronous body without startResponse is a fault',
    status: false,
    steps: 'iterator next return close finish',
    outcome: [500, false, 'ERR_TSGI_NOT_STARTED'],
  },
  {
    id: 'SR-MISSING.async-end',
    title: 'So is its end',
    status: false,
    next: async () => DONE,
    steps: 'iterator next close finish',
    outcome: [500, false, 'ERR_TSGI_NOT_STARTED'],
  },
  {
    id: 'ASYNC-SAME.under',
    title: 'An asynchronous body is treated as a synchronous one: fewer octets than Content-Length',
    headers: [['Content-Length', '9']],
    steps: 'iterator next next close finish',
    outcome: [200, true, 'ERR_TSGI_CONTENT_UNDER'],
  },
];

function pathCheck({ id, title, request, steps, outcome, ...recipe }: PathCase): ServerCheck {
  return {
    id,
    title,
    requires: ['async'],
    settings: { profile: 'async' },
    app: (probe) => cook(probe, recipe),
    run: async (driver) => {
      await (await driver.begin(request)).responseOrEnd(request?.method);
      await driver.event('finish');
      await driver.settle();
      const got = driver.sequence('iterator', 'next', 'return', 'close', 'finish');
      driver.assert.equal('calls', got.join(' '), steps);
      driver.assert.equal('status, aborted, error', dataOf(driver, 'finish')[0], outcome);
    },
  };
}

/** What is called of an asynchronous body, in which order, and what the callbacks are told. */
export const asyncCleanupChecks: readonly ServerCheck[] = [
  ...paths.map(pathCheck),
  {
    id: 'CLOSE-FAULT.async-rejections',
    title: 'A step of the cleanup that rejects keeps no other from running, nor the server',
    requires: ['async'],
    settings: { profile: 'async' },
    app: (probe) =>
      byPath(
        {
          '/rejecting': (environ, startResponse) => {
            const reject = async (name: string): Promise<never> => {
              probe.record(name);
              return fail();
            };
            environ['tsgi.on_finish'](() => probe.record('last'));
            environ['tsgi.on_finish'](() => reject('callback'));
            startResponse('200 OK', [probe.tag, ['Content-Length', '2']]);
            return {
              [Symbol.asyncIterator]: () => ({
                next: async () => ({ done: false, value: toBytes('abc') }),
                return: () => reject('return'),
              }),
              close: () => reject('close'),
            };
          },
        },
        answering(probe),
      ),
    run: async (driver) => {
      await driver.exchange({ target: '/rejecting' });
      await driver.event('last');
      await driver.settle();
      const got = driver.sequence('return', 'close', 'callback', 'last');
      driver.assert.equal('steps of the cleanup', got, ['return', 'close', 'callback', 'last']);
    },
  },
];
