import type { AsyncApplication } from '@tsgi/types';
import type { Probe, ServerCheck } from '../../check.ts';
import type { Driver } from '../../engine/driver.ts';
import { toBytes } from '../../wire/byte-string.ts';
import { answering, byPath, endless, illegal } from './applications.ts';
import { asyncBody, returning } from './async-results.ts';
import { stalledClient, untilStalled } from './streaming.ts';
import { assertResponse } from './tables.ts';

const CEILING = 1024;

/** A turn of the event loop. */
async function turn(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}

/** Reports calls of next() that overlap, and everything that cleanup calls. */
export function watchedBody(
  probe: Probe,
  next: () => Promise<IteratorResult<Uint8Array>>,
): AsyncIterable<Uint8Array> & { close(): Promise<void> } {
  let outstanding = 0;
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        probe.record('next');
        outstanding += 1;
        if (outstanding > 1) probe.record('overlap');
        try {
          return await next();
        } finally {
          outstanding -= 1;
        }
      },
      return: async () => {
        probe.record('return');
        return { done: true as const, value: undefined };
      },
    }),
    close: async () => {
      probe.record('close');
    },
  };
}

/** A result of next() that is not the last. */
export function chunk(text: string): IteratorResult<Uint8Array> {
  return { done: false, value: toBytes(text) };
}

/** Chunks of 64 KiB without end. */
function flood(probe: Probe): AsyncApplication {
  const source = endless();
  let pulled = 0;
  return returning(probe, () =>
    watchedBody(probe, async () => {
      await turn();
      pulled += 1;
      return pulled > CEILING + 8
        ? { done: true, value: undefined }
        : chunk(source.next().value as string);
    }),
  );
}

/** One chunk; then next() waits at the gate, with the signal told as it aborts. */
function waiting(probe: Probe): AsyncApplication {
  return (environ, startResponse) => {
    startResponse('200 OK', [probe.tag]);
    environ['tsgi.signal']?.addEventListener('abort', () => probe.record('signal'));
    environ['tsgi.on_finish'](() => probe.record('finish'));
    let pulls = 0;
    return watchedBody(probe, async () => {
      pulls += 1;
      if (pulls > 1) await probe.holdAsync('next');
      return chunk('first');
    });
  };
}

/** How asynchronous bodies are pulled and released. */
export const asyncPullChecks: readonly ServerCheck[] = [
  {
    id: 'ASYNC-SEQ.one-at-a-time',
    title: 'next() is not called while an earlier call is unsettled',
    app: (probe) => {
      let pulls = 0;
      return returning(probe, () =>
        watchedBody(probe, async () => {
          await turn();
          pulls += 1;
          return pulls > 20 ? { done: true, value: undefined } : chunk('x');
        }),
      );
    },
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), { body: 'x'.repeat(20) });
      await driver.settle();
      driver.assert.equal('overlapping calls of next()', driver.events('overlap').length, 0);
    },
  },
  {
    id: 'ASYNC-PULL.unread',
    title: 'A client that does not read stops the pulling before 64 MiB',
    app: flood,
    run: async (driver) => {
      const connection = await stalledClient(driver);
      const pulled = await untilStalled(driver);
      driver.assert.holds('chunks of 64 KiB pulled', pulled <= CEILING, {
        expected: `at most ${CEILING}`,
        got: 'more',
      });
      await connection.abort('rst');
    },
  },
  {
    id: 'ASYNC-TURN.settled-promises',
    title: 'A body whose promises are all settled does not keep another client waiting',
    app: (probe) => {
      const forever = returning(probe, () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.resolve(chunk('')),
          return: () => Promise.resolve({ done: true as const, value: undefined }),
        }),
      }));
      return byPath({ '/forever': forever }, answering(probe));
    },
    run: async (driver) => {
      const connection = await driver.begin({ target: '/forever' });
      await driver.event('call');
      assertResponse(driver, await driver.exchange(), {});
      await connection.abort('rst');
    },
  },
  {
    id: 'ASYNC-RETURN.waiting-next',
    title: 'return() is called once when the client leaves while next() waits',
    gates: ['next'],
    app: waiting,
    run: async (driver) => {
      await leaveWhileWaiting(driver);
      await driver.event('finish');
      await driver.settle();
      driver.assert.equal('calls of return()', driver.events('return').length, 1);
    },
  },
  {
    id: 'ASYNC-RETURN.content-length',
    title: 'return() is called once when pulling stops early',
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag, ['Content-Length', '2']]);
      environ['tsgi.on_finish'](() => probe.record('finish'));
      return watchedBody(probe, async () => chunk('abc'));
    },
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), { body: 'ab' });
      await driver.event('finish');
      await driver.settle();
      driver.assert.equal('calls of return()', driver.events('return').length, 1);
    },
  },
  {
    id: 'ASYNC-ABANDON.after-reset',
    title: 'next() is not called after the client has left',
    gates: ['next'],
    app: waiting,
    run: async (driver) => {
      await leaveWhileWaiting(driver);
      await driver.event('finish');
      driver.release('next');
      await driver.ping();
      await driver.settle();
      driver.assert.equal('calls of next()', driver.events('next').length, 2);
    },
  },
  {
    id: 'ASYNC-ORDER.after-reset',
    title: 'The signal comes first, then return(), close() and callbacks',
    gates: ['next'],
    app: waiting,
    run: async (driver) => {
      await leaveWhileWaiting(driver);
      await driver.event('finish');
      const got = driver.sequence('signal', 'return', 'close', 'finish');
      driver.assert.equal('order of the cleanup', got, ['signal', 'return', 'close', 'finish']);
    },
  },
  {
    id: 'ASYNC-ORDER.settled-steps',
    title: 'Each step of the cleanup begins after the one before has settled',
    gates: ['return', 'close'],
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag, ['Content-Length', '2']]);
      environ['tsgi.on_finish'](() => probe.record('finish'));
      return {
        [Symbol.asyncIterator]: () => ({
          next: async () => chunk('abc'),
          return: async () => {
            await probe.holdAsync('return');
            probe.record('returned');
            return { done: true as const, value: undefined };
          },
        }),
        close: async () => {
          await probe.holdAsync('close');
          probe.record('closed');
        },
      };
    },
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), { body: 'ab' });
      await driver.event('hold return');
      await driver.ping();
      driver.release('return');
      await driver.event('hold close');
      await driver.ping();
      driver.release('close');
      await driver.event('finish');
      const expected = ['hold return', 'returned', 'hold close', 'closed', 'finish'];
      driver.assert.equal('order of the steps', driver.sequence(...expected), expected);
    },
  },
  {
    id: 'ASYNC-LIMIT.never-settles',
    title: 'A step of the cleanup that never settles keeps the next one waiting for a limit only',
    patience: 3,
    gates: ['never'],
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      environ['tsgi.on_finish'](() => probe.record('finish'));
      return { ...asyncBody(['ok']), close: () => probe.holdAsync('never') };
    },
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), {});
      await driver.event('finish');
      await driver.settle();
      driver.assert.equal('calls of the callback', driver.events('finish').length, 1);
    },
  },
  {
    id: 'ASYNC-LIMIT.return-and-callback',
    title: 'Nor does a return() or a callback that never settles',
    patience: 6,
    gates: ['never'],
    app: (probe) =>
      byPath(
        {
          '/return': (environ, startResponse) => {
            environ['tsgi.on_finish'](() => probe.record('finish', 'return'));
            startResponse('200 OK', [probe.tag, ['Content-Length', '2']]);
            return {
              [Symbol.asyncIterator]: () => ({
                next: async () => chunk('abc'),
                return: async () => {
                  await probe.holdAsync('never');
                  return { done: true, value: undefined };
                },
              }),
            };
          },
        },
        (environ, startResponse) => {
          environ['tsgi.on_finish'](() => probe.record('finish', 'callback'));
          environ['tsgi.on_finish'](() => probe.holdAsync('never'));
          return answering(probe)(environ, startResponse);
        },
      ),
    run: async (driver) => {
      const responses = ['/return', '/'].map((target) => driver.exchange({ target }));
      await Promise.all(responses);
      await driver.event('finish', 2);
      await driver.settle();
      const got = driver.events('finish').map(({ data }) => data as string);
      driver.assert.equal('callbacks, sorted', got.toSorted(), ['callback', 'return']);
    },
  },
  {
    id: 'ASYNC-CLOSE.sync-body',
    title: 'A thenable that close() of a synchronous body returns is awaited as well',
    gates: ['close'],
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      environ['tsgi.on_finish'](() => probe.record('finish'));
      const closing = async (done: () => void): Promise<void> => {
        await probe.holdAsync('close');
        probe.record('closed');
        done();
      };
      // oxlint-disable-next-line no-thenable
      const close = () => ({ then: (done: () => void) => void closing(done) });
      return { [Symbol.iterator]: () => [toBytes('ok')].values(), close: illegal(close) };
    },
    run: async (driver) => {
      await driver.exchange();
      await driver.event('hold close');
      await driver.ping();
      driver.release('close');
      await driver.event('finish');
      driver.assert.equal('order', driver.sequence('closed', 'finish'), ['closed', 'finish']);
    },
  },
  {
    id: 'ASYNC-CLOSE.awaited-once',
    title: 'close() is called once and awaited before the callbacks',
    gates: ['close'],
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      environ['tsgi.on_finish'](() => probe.record('finish'));
      const close = async (): Promise<void> => {
        probe.record('close');
        await probe.holdAsync('close');
        probe.record('closed');
      };
      return { ...asyncBody(['ok']), close };
    },
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), {});
      await driver.event('hold close');
      await driver.ping();
      driver.release('close');
      await driver.event('finish');
      await driver.settle();
      const got = driver.sequence('close', 'closed', 'finish');
      driver.assert.equal('order', got, ['close', 'closed', 'finish']);
    },
  },
  {
    id: 'ASYNC-FINISH.one-at-a-time',
    title: 'A callback runs after the promise of the one before has settled',
    gates: ['callback'],
    app: (probe) => (environ, startResponse) => {
      const register = environ['tsgi.on_finish'];
      register(() => probe.record('finish', 'second'));
      register(async () => {
        await probe.holdAsync('callback');
        probe.record('finish', 'first');
      });
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange();
      await driver.event('hold callback');
      await driver.ping();
      driver.release('callback');
      await driver.event('finish', 2);
      await driver.settle();
      const got = driver.events('finish').map(({ data }) => data);
      driver.assert.equal('order of callbacks', got, ['first', 'second']);
    },
  },
];

/** Leaves after the first chunk, while next() waits. */
export async function leaveWhileWaiting(driver: Driver): Promise<void> {
  const connection = await driver.begin();
  await connection.received('first');
  await driver.event('hold next');
  await connection.abort('rst');
}
