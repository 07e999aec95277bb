import type { Application } from '@tsgi/types';
import type { CheckId, PlainData, Probe, ServerCheck } from '../../check.ts';
import type { Driver } from '../../engine/driver.ts';
import { answering, illegal, trackedBody } from './applications.ts';
import { seenCheck } from './seen.ts';
import { assertResponse } from './tables.ts';

type State = Record<string, unknown>;

/** Answers, and reports the mark that the startup left in the state. */
function reportingMark(probe: Probe): Application {
  return (environ, startResponse) => {
    probe.record('mark', environ['tsgi.state']?.['kit.mark'] as PlainData);
    return answering(probe)(environ, startResponse);
  };
}

/** What a startup and a shutdown do beside being recorded. */
interface Hooks {
  readonly startup?: (state: State) => unknown;
  readonly shutdown?: (state: State) => unknown;
}

/** A lifespan whose hooks are recorded. */
export function recorded(probe: Probe, { startup, shutdown }: Hooks = {}) {
  return {
    startup: (state: State): Promise<void> => {
      probe.record('startup');
      return startup?.(state) as Promise<void>;
    },
    shutdown: (state: State): Promise<void> => {
      probe.record('shutdown');
      return shutdown?.(state) as Promise<void>;
    },
  };
}

/** What hooks that are to fail throw. */
export function fail(): never {
  throw new Error('kit-lifespan-fault');
}

/** Whether anything is reached at the port that the server is to listen on. */
async function reach(driver: Driver, port: number): Promise<'accepted' | 'refused'> {
  try {
    const connection = await driver.connect({ host: '127.0.0.1', port });
    await connection.send(driver.request({ target: '/early' }));
    return 'accepted';
  } catch {
    return 'refused';
  }
}

/** Starts a server whose startup waits at the gate, and tells what a client finds meanwhile. */
async function startGated(driver: Driver): Promise<'accepted' | 'refused'> {
  const { starting, port } = await driver.launchOnFreePort({ variant: 'gated' });
  await driver.event('hold startup');
  // Whatever the server does without waiting for the startup is done once another one has started.
  await driver.barrier();
  const found = await reach(driver, port);
  // A request that was accepted takes a few turns of the server's event loop to be seen.
  for (let turn = 0; turn < 2; turn += 1) await driver.barrier();
  driver.release('startup');
  await starting;
  return found;
}

const gatedStart: Pick<ServerCheck, 'unstarted' | 'gates' | 'app' | 'lifespan'> = {
  unstarted: true,
  gates: ['startup'],
  app: (probe) => answering(probe),
  lifespan: (probe, variant) =>
    recorded(probe, {
      startup: async () => {
        if (variant !== 'gated') return;
        await probe.holdAsync('startup');
        probe.record('started');
      },
    }),
};

/** A server that must not start because of its lifespan. */
function refused(
  id: CheckId,
  title: string,
  { fault, told, inWords = told }: Refused,
): ServerCheck {
  return {
    id,
    title,
    unstarted: true,
    app: (probe) => answering(probe),
    lifespan: (probe, variant) => (variant === 'fault' ? fault(probe) : recorded(probe)),
    run: async (driver) => {
      const reason = await driver.refusal({ variant: 'fault' });
      const pattern = driver.speaksInWords ? inWords : told;
      const isTold = reason !== undefined && pattern.test(reason);
      driver.assert.holds('start()', isTold, {
        expected: `to reject with ${pattern}`,
        got: reason ?? 'a server that runs',
      });
      if (id.startsWith('LIFESPAN-PAIR')) {
        driver.assert.equal('calls of shutdown', driver.events('shutdown').length, 0);
      }
      await driver.launch();
      assertResponse(driver, await driver.exchange(), {});
    },
  };
}

interface Refused {
  readonly fault: (probe: Probe) => ReturnType<NonNullable<ServerCheck['lifespan']>>;
  readonly told: RegExp;
  /** What a command says instead, where that is something else. */
  readonly inWords?: RegExp;
}

const shapes: readonly (readonly [variant: string, lifespan: unknown])[] = [
  ['string', 'startup'],
  ['null', null],
  ['startup', { startup: 'no function' }],
  ['shutdown', { shutdown: {} }],
  ['startup-null', { startup: null }],
  ['shutdown-false', { shutdown: false }],
];

/** `tsgi.state` and lifespan. */
export const stateChecks: readonly ServerCheck[] = [
  seenCheck({
    id: 'STATE-PRESENT.no-lifespan',
    title: 'tsgi.state is there without a lifespan',
    look: (environ) => typeof environ['tsgi.state'],
    expect: 'object',
  }),
  {
    id: 'STATE-PRESENT.every-request',
    title: 'tsgi.state is there in every request',
    app: (probe) => (environ, startResponse) => {
      probe.record('state', typeof environ['tsgi.state']);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange();
      await driver.exchange({ method: 'POST', body: 'a' });
      await driver.settle();
      const kinds = driver.events('state').map(({ data }) => data);
      driver.assert.equal('tsgi.state of two requests', kinds, ['object', 'object']);
    },
  },
  {
    id: 'STATE-SAME.identity',
    title: 'Every request has the very object that startup was given',
    app: (probe) => (environ, startResponse) => {
      const state = environ['tsgi.state'];
      probe.record('same', state !== undefined && state === state['kit.self']);
      return answering(probe)(environ, startResponse);
    },
    lifespan: (probe) =>
      recorded(probe, {
        startup: (state) => {
          state['kit.self'] = state;
        },
      }),
    run: async (driver) => {
      await driver.exchange();
      await driver.exchange();
      await driver.event('same', 2);
      await driver.settle();
      const got = driver.events('same').map(({ data }) => data);
      driver.assert.equal('the object of startup', got, [true, true]);
    },
  },
  {
    id: 'STATE-BARE.properties',
    title: 'Before startup the state is extensible and has no property, own or inherited',
    app: (probe) => answering(probe),
    lifespan: (probe) =>
      recorded(probe, {
        startup: (state) => {
          const found: string[] = [];
          for (let at: unknown = state; typeof at === 'object' && at !== null; ) {
            found.push(...Reflect.ownKeys(at).map(String));
            at = Object.getPrototypeOf(at);
          }
          probe.record('state', [typeof state, Object.isExtensible(state), found]);
        },
      }),
    run: async (driver) => {
      await driver.exchange();
      const found = (await driver.event('state')).data;
      driver.assert.equal('kind, extensible, properties', found, ['object', true, []]);
    },
  },
  {
    id: 'STATE-APART.two-servers',
    title: 'Two servers side by side have states of their own',
    app: (probe) => reportingMark(probe),
    lifespan: (probe, variant) =>
      recorded(probe, {
        startup: (state) => {
          state['kit.mark'] = `${String(state['kit.mark'])} ${variant}`;
        },
      }),
    run: async (driver) => {
      await driver.startAnother({ variant: 'second' }, 0);
      await driver.exchange();
      driver.assert.equal('mark in the state', (await driver.event('mark')).data, 'undefined ');
    },
  },
  {
    id: 'STATE-KEEP.untouched',
    title: 'The server neither adds nor changes nor removes a property',
    app: (probe) => (environ, startResponse) => {
      probe.record('state', Object.entries(environ['tsgi.state'] ?? {}) as PlainData);
      return answering(probe)(environ, startResponse);
    },
    lifespan: (probe) =>
      recorded(probe, {
        startup: (state) => {
          state['kit.mark'] = 1;
        },
      }),
    run: async (driver) => {
      await driver.exchange();
      await driver.exchange();
      const { data } = await driver.event('state', 2);
      driver.assert.equal('entries of the state', data, [['kit.mark', 1]]);
    },
  },
  ...shapes.map(([variant, lifespan]) =>
    refused(`LIFESPAN-SHAPE.${variant}`, `A lifespan of the wrong shape is refused (${variant})`, {
      fault: () => illegal(lifespan),
      told: /ERR_TSGI_OPTION/,
      inWords: /ERR_TSGI_OPTION|lifespan/,
    }),
  ),
  refused('LIFESPAN-FATAL.throws', 'A startup that throws is fatal, and its error is told', {
    fault: (probe) => recorded(probe, { startup: fail }),
    told: /kit-lifespan-fault/,
  }),
  refused('LIFESPAN-FATAL.rejects', 'So is one whose promise rejects', {
    fault: (probe) => recorded(probe, { startup: async () => fail() }),
    told: /kit-lifespan-fault/,
  }),
  refused('LIFESPAN-FATAL.thenable', 'So is one whose thenable rejects, promise or not', {
    fault: (probe) =>
      recorded(probe, {
        startup: () => ({
          // oxlint-disable-next-line no-thenable
          then: (_done: unknown, refuse: (reason: unknown) => void) =>
            refuse(new Error('kit-lifespan-fault')),
        }),
      }),
    told: /kit-lifespan-fault/,
  }),
  refused('LIFESPAN-PAIR.rejected-startup', 'After a startup that rejects there is no shutdown', {
    fault: (probe) => recorded(probe, { startup: async () => fail() }),
    told: /kit-lifespan-fault/,
  }),
  refused('LIFESPAN-PAIR.failed-startup', 'After a failed startup there is no shutdown', {
    fault: (probe) => recorded(probe, { startup: fail }),
    told: /kit-lifespan-fault/,
  }),
  {
    id: 'LIFESPAN-METHOD.receiver',
    title: 'Both hooks are methods of the lifespan and get the state alone',
    app: (probe) => answering(probe),
    lifespan: (probe) => {
      let known: unknown;
      const lifespan = {
        startup(...args: readonly unknown[]): void {
          [known] = args;
          probe.record('hook', ['startup', this === lifespan, args.length]);
        },
        shutdown(...args: readonly unknown[]): void {
          probe.record('hook', ['shutdown', this === lifespan, args.length, args[0] === known]);
        },
      };
      return lifespan;
    },
    run: async (driver) => {
      await driver.exchange();
      await driver.settle();
      await driver.event('hook', 2);
      driver.requireOneProcess();
      const got = driver.events('hook').map(({ data }) => data);
      driver.assert.equal('receiver and arguments', got, [
        ['startup', true, 1],
        ['shutdown', true, 1, true],
      ]);
    },
  },
  {
    id: 'LIFESPAN-FIRST.gated-startup',
    title: 'No application is called before the promise of startup has fulfilled',
    ...gatedStart,
    run: async (driver) => {
      await startGated(driver);
      await driver.exchange();
      await driver.event('call');
      const got = [...new Set(driver.sequence('started', 'call'))];
      driver.assert.equal('order', got, ['started', 'call']);
    },
  },
  {
    id: 'LIFESPAN-LISTEN.gated-startup',
    title: 'Connections are refused until the startup has succeeded',
    ...gatedStart,
    run: async (driver) => {
      driver.assert.equal('connection during the startup', await startGated(driver), 'refused');
    },
  },
  {
    id: 'LIFESPAN-ONCE.two-requests',
    title: 'Startup runs once and shutdown once, whatever is requested',
    app: (probe) => answering(probe),
    lifespan: (probe) => recorded(probe),
    run: async (driver) => {
      await driver.exchange();
      await driver.exchange();
      await driver.settle();
      driver.requireOneProcess();
      const got = driver.sequence('startup', 'shutdown');
      driver.assert.holds('hooks', got.join() === 'startup,shutdown' || got.join() === 'startup', {
        expected: 'startup once, shutdown at most once',
        got: got.join(', '),
      });
    },
  },
  {
    id: 'LIFESPAN-SHUTDOWN.close',
    title: 'An orderly stop calls shutdown',
    app: (probe) => answering(probe),
    lifespan: (probe) => recorded(probe),
    run: async (driver) => {
      await driver.exchange();
      await driver.settle();
      driver.assert.equal('calls of shutdown', driver.events('shutdown').length > 0, true);
    },
  },
  {
    id: 'LIFESPAN-LAST.open-body',
    title: 'Shutdown comes after the cleanup of the responses that were running',
    gates: ['stop asked for'],
    app: (probe) => (environ, startResponse) => {
      environ['tsgi.on_finish'](() => probe.record('finish'));
      startResponse('200 OK', [probe.tag]);
      const rest = Array.from({ length: 20 }, () => 'x');
      const held = (): string => {
        probe.hold('stop asked for');
        return 'x';
      };
      return trackedBody(probe, { steps: ['first', held, ...rest] });
    },
    lifespan: (probe) => recorded(probe),
    run: async (driver) => {
      const connection = await driver.begin();
      await connection.received('first');
      await driver.event('hold stop asked for');
      const stopped = driver.stop();
      driver.release('stop asked for');
      await connection.response();
      await stopped;
      driver.requireOneProcess();
      const got = driver.sequence('close', 'finish', 'shutdown');
      driver.assert.equal('order', got, ['close', 'finish', 'shutdown']);
    },
  },
  {
    id: 'LIFESPAN-AWAIT.gated-shutdown',
    title: 'The stop is not over before the promise of shutdown has settled',
    gates: ['shutdown'],
    app: (probe) => answering(probe),
    lifespan: (probe, variant) =>
      recorded(probe, {
        shutdown: async () => {
          if (variant === '') await probe.holdAsync('shutdown');
        },
      }),
    run: async (driver) => {
      await driver.exchange();
      let state = 'pending';
      const stop = async (): Promise<void> => {
        await driver.stop();
        state = 'settled';
      };
      const stopped = stop();
      stopped.catch(() => undefined);
      await driver.event('hold shutdown');
      await driver.barrier();
      driver.assert.equal('close() during the shutdown', state, 'pending');
      driver.release('shutdown');
      await stopped;
    },
  },
];
