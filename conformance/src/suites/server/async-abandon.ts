/** What comes of applications and bodies whose client has left. */
import type { ServerCheck } from '../../check.ts';
import type { Driver } from '../../engine/driver.ts';
import { answering, byPath, thrownBy } from './applications.ts';
import { chunk, leaveWhileWaiting, watchedBody } from './async-pull.ts';
import { asyncBody } from './async-results.ts';
import { assertResponse } from './tables.ts';

/** Leaves while the application is awaited, and lets it go on once its signal has aborted. */
async function leaveBeforeBody(driver: Driver): Promise<void> {
  const connection = await driver.begin();
  await driver.event('hold body');
  await connection.abort('rst');
  await driver.event('signal');
  driver.release('body');
}

/** Promises that settle when nobody waits for the response any more. */
export const asyncAbandonChecks: readonly ServerCheck[] = [
  {
    id: 'ASYNC-LATE-BODY.closed',
    title: 'A body that arrives after the client has left is closed',
    gates: ['body'],
    app: (probe) => async (environ, startResponse) => {
      environ['tsgi.signal']?.addEventListener('abort', () => probe.record('signal'));
      await probe.holdAsync('body');
      probe.record(
        'start',
        thrownBy(() => startResponse('200 OK', [probe.tag])),
      );
      return { ...asyncBody(['ok']), close: () => probe.record('close') };
    },
    run: async (driver) => {
      const connection = await driver.begin();
      await driver.event('hold body');
      await connection.abort('rst');
      await driver.event('signal');
      driver.release('body');
      await driver.event('close');
      await driver.settle();
      driver.assert.equal('calls of close()', driver.events('close').length, 1);
    },
  },
  {
    id: 'ASYNC-LATE-BODY.after-limit',
    title: 'So is one that arrives after the cleanup has stopped waiting for it',
    patience: 3,
    gates: ['body'],
    app: (probe) => async (environ) => {
      environ['tsgi.on_finish'](() => probe.record('finish'));
      await probe.holdAsync('body');
      return { ...asyncBody(['ok']), close: () => probe.record('close') };
    },
    run: async (driver) => {
      const connection = await driver.begin();
      await driver.event('hold body');
      await connection.abort('rst');
      await driver.event('finish');
      driver.release('body');
      await driver.event('close');
      const got = driver.sequence('finish', 'close');
      driver.assert.equal('order', got, ['finish', 'close']);
    },
  },
  {
    id: 'ASYNC-ABANDON.late-body',
    title: 'A body that arrives after the client has left is not iterated',
    gates: ['body'],
    app: (probe) => async (environ) => {
      environ['tsgi.signal']?.addEventListener('abort', () => probe.record('signal'));
      environ['tsgi.on_finish'](() => probe.record('finish'));
      await probe.holdAsync('body');
      return {
        [Symbol.asyncIterator]: () => {
          probe.record('iterator');
          return asyncBody(['ok'])[Symbol.asyncIterator]();
        },
      };
    },
    run: async (driver) => {
      await leaveBeforeBody(driver);
      await driver.event('finish');
      await driver.settle();
      driver.assert.equal('iterators', driver.events('iterator').length, 0);
    },
  },
  {
    id: 'SR-ENDED.abandoned',
    title: 'startResponse throws ERR_TSGI_ENDED after the client has left',
    requires: ['async'],
    settings: { profile: 'async' },
    gates: ['body'],
    app: (probe) => async (environ, startResponse) => {
      environ['tsgi.signal']?.addEventListener('abort', () => probe.record('signal'));
      await probe.holdAsync('body');
      const { code } = thrownBy(() => startResponse('200 OK', [probe.tag]));
      probe.record('start', code);
      return [];
    },
    run: async (driver) => {
      await leaveBeforeBody(driver);
      driver.assert.equal('code', (await driver.event('start')).data, 'ERR_TSGI_ENDED');
    },
  },
  {
    id: 'ASYNC-QUIET.pending-call',
    title: 'The promise of the call may reject after the client has left, and no fault is reported',
    gates: ['body'],
    app: (probe) => async (environ) => {
      environ['tsgi.signal']?.addEventListener('abort', () => probe.record('signal'));
      environ['tsgi.on_finish'](() => probe.record('finish'));
      await probe.holdAsync('body');
      throw new Error('stopped as asked');
    },
    run: async (driver) => {
      await leaveBeforeBody(driver);
      await driver.event('finish');
      await driver.settle();
      driver.assert.equal('faults reported', driver.faultCount, 0);
    },
  },
  {
    id: 'ASYNC-UNHANDLED.after-reset',
    title: 'A promise that rejects after the client has left does not end the server',
    gates: ['body'],
    app: (probe) =>
      byPath(
        {
          '/left': async (environ) => {
            environ['tsgi.signal']?.addEventListener('abort', () => probe.record('signal'));
            environ['tsgi.on_finish'](() => probe.record('finish'));
            await probe.holdAsync('body');
            throw new Error('nobody listens');
          },
        },
        answering(probe),
      ),
    run: async (driver) => {
      const connection = await driver.begin({ target: '/left' });
      await driver.event('hold body');
      await connection.abort('rst');
      await driver.event('signal');
      driver.release('body');
      await driver.event('finish');
      await driver.ping();
      assertResponse(driver, await driver.exchange(), {});
    },
  },
  {
    id: 'ASYNC-QUIET.after-reset',
    title: 'A rejection after the client has left is not reported as a fault',
    gates: ['next'],
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      environ['tsgi.on_finish'](() => probe.record('finish'));
      let pulls = 0;
      return watchedBody(probe, async () => {
        pulls += 1;
        if (pulls === 1) return chunk('first');
        await probe.holdAsync('next');
        throw new Error('stopped as asked');
      });
    },
    run: async (driver) => {
      await leaveWhileWaiting(driver);
      await driver.event('finish');
      driver.release('next');
      await driver.settle();
      driver.assert.equal('faults reported', driver.faultCount, 0);
    },
  },
];
