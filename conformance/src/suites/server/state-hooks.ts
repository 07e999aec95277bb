/** Lifespans of other makes than two functions of an object, and cleanups that outlive connections. */
import type { Lifespan } from '@tsgi/types';
import type { Probe, ServerCheck } from '../../check.ts';
import { findListener } from './adapter-contract.ts';
import { answering } from './applications.ts';
import { fail, recorded } from './state.ts';
import { fieldOf } from './tables.ts';

/** The hooks of a class: they are no properties of the instance, and tell whether they are given it. */
function makePool(probe: Probe): Lifespan {
  class Pool {
    startup(): void {
      probe.record('hook', ['startup', this instanceof Pool]);
    }

    shutdown(): void {
      probe.record('hook', ['shutdown', this instanceof Pool]);
    }
  }
  return new Pool();
}

/** Lifespans of which one hook is missing, and the other one is called all the same. */
const halves = (['startup', 'shutdown'] as const).map(
  (hook): ServerCheck => ({
    id: `LIFESPAN-METHOD.${hook}-alone`,
    title: `A lifespan can have no other hook than ${hook}`,
    unstarted: true,
    app: (probe) => answering(probe),
    lifespan: (probe) => ({ [hook]: () => probe.record('hook', hook) }),
    run: async (driver) => {
      driver.assert.equal('start', await driver.refusal({}), undefined);
      await driver.exchange();
      const complaint = await driver.complaint();
      if (hook === 'startup') driver.assert.equal('complaint of the stop', complaint, undefined);
      driver.requireOneProcess();
      const got = driver.events('hook').map(({ data }) => data);
      driver.assert.equal('hooks called', got, [hook]);
    },
  }),
);

/** What becomes of the hooks of a lifespan. */
export const hookChecks: readonly ServerCheck[] = [
  ...halves,
  {
    id: 'LIFESPAN-METHOD.class',
    title: 'A lifespan can be an instance of a class',
    app: (probe) => answering(probe),
    lifespan: makePool,
    run: async (driver) => {
      await driver.exchange();
      await driver.settle();
      driver.requireOneProcess();
      const got = driver.events('hook').map(({ data }) => data);
      driver.assert.equal('hooks called, on their instance', got, [
        ['startup', true],
        ['shutdown', true],
      ]);
    },
  },
  {
    id: 'LIFESPAN-LAST.pending-cleanup',
    title: 'Shutdown waits for a cleanup that waits, though every connection is closed',
    requires: ['async'],
    settings: { profile: 'async' },
    gates: ['stop asked for'],
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      environ['tsgi.on_finish'](async () => {
        await probe.holdAsync('stop asked for');
        probe.record('finish');
      });
      return answering(probe)(environ, () => undefined);
    },
    lifespan: (probe, variant) => (variant === '' ? recorded(probe) : {}),
    run: async (driver) => {
      const connection = await driver.begin();
      await connection.response();
      await driver.event('hold stop asked for');
      await connection.abort('rst');
      const stopped = driver.stop();
      await driver.barrier();
      driver.release('stop asked for');
      await stopped;
      driver.requireOneProcess();
      const got = driver.sequence('finish', 'shutdown').slice(0, 2);
      driver.assert.equal('order', got, ['finish', 'shutdown']);
    },
  },
  ...(
    [
      ['throws', fail],
      ['rejects', async () => fail()],
    ] as const
  ).map(
    ([variant, shutdown]): ServerCheck => ({
      id: `LIFESPAN-ERROR.${variant}`,
      title: `A shutdown that ${variant} is reported, and the stop goes on`,
      app: (probe) => answering(probe),
      lifespan: (probe) => recorded(probe, { shutdown }),
      run: async (driver) => {
        const nonce = fieldOf(await driver.exchange(), 'tsgi-nonce');
        const { endpoint } = driver;
        const complaint = await driver.complaint();
        const faults = driver.events('fault').map(({ data }) => (data as { error: string }).error);
        const told = [complaint ?? '', ...faults].some((text) =>
          text.includes('kit-lifespan-fault'),
        );
        driver.assert.equal('the fault is told', told, true);
        const after = await findListener(driver, endpoint, nonce);
        driver.assert.equal('a connection after the stop', after, 'refused');
      },
    }),
  ),
];
