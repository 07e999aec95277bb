import type { Application, Environ } from '@tsgi/types';
import type { CheckId, Probe, ServerCheck } from '../../check.ts';
import type { Driver } from '../../engine/driver.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import {
  answeringTracked,
  byPath,
  emptyChunks,
  endless,
  illegal,
  trackedBody,
} from './applications.ts';
import type { Answer, Tracking } from './applications.ts';
import { stalledClient, untilStalled } from './streaming.ts';
import { assertOwn500, assertResponse } from './tables.ts';

function fail(): never {
  throw new Error('broken on purpose');
}

/** A tracked body, and callbacks of tsgi.on_finish that are recorded as `finish`. */
function watched(probe: Probe, tracking: () => Tracking, answer: Answer = {}): Application {
  return (environ, startResponse) => {
    environ['tsgi.on_finish'](() => probe.record('finish'));
    return answeringTracked(probe, tracking(), answer)(environ, startResponse);
  };
}

/** A response that ends in some way, and the cleanup that follows. */
interface EndCase {
  readonly ids: readonly CheckId[];
  readonly title: string;
  readonly app: (probe: Probe) => Application;
  readonly request?: RequestShape;
  /** Drives the response to its end; a plain exchange unless given. */
  readonly drive?: (driver: Driver) => Promise<void>;
  readonly requires?: ServerCheck['requires'];
  /** The events of the cleanup, in order. */
  readonly cleanup: readonly string[];
}

const CLEANUP = ['return', 'close', 'finish'] as const;

/** What each rule asks of the sequence of cleanup events. */
function judge(driver: Driver, id: CheckId, cleanup: readonly string[]): void {
  const got = driver.sequence(...CLEANUP);
  const count = (type: string): number => got.filter((event) => event === type).length;
  if (id.startsWith('CLOSE-ORDER')) driver.assert.equal('order of the cleanup', got, cleanup);
  else if (id.startsWith('CLOSE-RETURN')) {
    const expected = cleanup.includes('return') ? 1 : 0;
    driver.assert.equal('calls of return()', count('return'), expected);
  } else if (id.startsWith('CLOSE-ONCE')) {
    const calls = count('close');
    driver.assert.holds('calls of close()', calls <= 1, { expected: 'at most 1', got: `${calls}` });
  } else {
    driver.assert.equal('close() was called', count('close') > 0, true);
  }
}

function endChecks({ ids, title, app, request, drive, requires, cleanup }: EndCase) {
  return ids.map(
    (id): ServerCheck => ({
      id,
      title: `${title}: ${cleanup.join(', ')}`,
      requires,
      gates: ['client gone'],
      app,
      run: async (driver) => {
        if (drive === undefined) await driver.exchange(request);
        else await drive(driver);
        await driver.event('finish');
        await driver.settle();
        judge(driver, id, cleanup);
      },
    }),
  );
}

const ends: readonly EndCase[] = [
  {
    ids: ['CLOSE-CALLED.exhausted', 'CLOSE-ONCE.exhausted', 'CLOSE-RETURN-DONE.exhausted'],
    title: 'After exhaustion',
    app: (probe) => watched(probe, () => ({ steps: ['a', 'b'] })),
    cleanup: ['close', 'finish'],
  },
  {
    ids: ['CLOSE-CALLED.array', 'CLOSE-ONCE.array'],
    title: 'After an Array',
    app: (probe) => (environ, startResponse) => {
      environ['tsgi.on_finish'](() => probe.record('finish'));
      startResponse('200 OK', [probe.tag]);
      return Object.assign([Uint8Array.of(97)], { close: () => probe.record('close') });
    },
    cleanup: ['close', 'finish'],
  },
  {
    ids: ['CLOSE-RETURN.content-length', 'CLOSE-ORDER.content-length', 'CLOSE-ONCE.content-length'],
    title: 'After more octets than Content-Length',
    app: (probe) =>
      watched(probe, () => ({ steps: ['abc', 'd'] }), { headers: [['Content-Length', '2']] }),
    cleanup: ['return', 'close', 'finish'],
  },
  {
    ids: ['CLOSE-RETURN.head', 'CLOSE-HEAD.head', 'CLOSE-ORDER.head'],
    title: 'After HEAD',
    request: { method: 'HEAD' },
    app: (probe) => watched(probe, () => ({ steps: ['abc', 'd'] })),
    cleanup: ['return', 'close', 'finish'],
  },
  ...(['204 No Content', '205 Reset Content', '304 Not Modified'] as const).map(
    (status): EndCase => ({
      ids: [`CLOSE-HEAD.${status.slice(0, 3)}`, `CLOSE-RETURN.${status.slice(0, 3)}`],
      title: `After ${status.slice(0, 3)} with content`,
      app: (probe) => watched(probe, () => ({ steps: ['abc', 'd'] }), { status }),
      cleanup: ['return', 'close', 'finish'],
    }),
  ),
  {
    ids: ['CLOSE-THROW.next', 'CLOSE-RETURN-DONE.thrown', 'CLOSE-ONCE.thrown'],
    title: 'After next() has thrown',
    app: (probe) => watched(probe, () => ({ steps: ['a', fail] })),
    cleanup: ['close', 'finish'],
  },
  {
    ids: ['CLOSE-THROW.before-commit', 'CLOSE-ONCE.thrown-before-commit'],
    title: 'After the first next() has thrown',
    app: (probe) => watched(probe, () => ({ steps: [fail] })),
    cleanup: ['close', 'finish'],
  },
  {
    ids: ['CLOSE-THROW.iterator'],
    title: 'After [Symbol.iterator]() has thrown',
    app: (probe) => (environ, startResponse) => {
      environ['tsgi.on_finish'](() => probe.record('finish'));
      startResponse('200 OK', [probe.tag]);
      return { [Symbol.iterator]: fail, close: () => probe.record('close') };
    },
    cleanup: ['close', 'finish'],
  },
  {
    ids: ['CLOSE-RETURN.bad-chunk', 'CLOSE-ORDER.bad-chunk'],
    title: 'After a chunk of the wrong kind',
    app: (probe) => (environ, startResponse) => {
      environ['tsgi.on_finish'](() => probe.record('finish'));
      startResponse('200 OK', [probe.tag]);
      const body = trackedBody(probe, { steps: [] });
      return overridden(body, { next: wrongChunk });
    },
    cleanup: ['return', 'close', 'finish'],
  },
  {
    ids: ['CLOSE-SR-ERROR.not-started', 'CLOSE-ONCE.not-started'],
    title: 'After a response that was never started',
    app: (probe) => (environ) => {
      environ['tsgi.on_finish'](() => probe.record('finish'));
      return trackedBody(probe, { steps: ['a'] });
    },
    cleanup: ['return', 'close', 'finish'],
  },
  {
    ids: ['CLOSE-SR-ERROR.failed-validation'],
    title: 'After startResponse has refused its arguments inside next()',
    app: (probe) => (environ, startResponse) => {
      environ['tsgi.on_finish'](() => probe.record('finish'));
      const start = (): string => {
        startResponse(illegal('x'), []);
        return 'a';
      };
      return trackedBody(probe, { steps: [start] });
    },
    cleanup: ['close', 'finish'],
  },
  {
    ids: ['CLOSE-INVALID.object'],
    title: 'After an object that is no body',
    app: (probe) => withClose(probe, (close) => ({ close })),
    cleanup: ['close', 'finish'],
  },
  {
    ids: ['CLOSE-INVALID.function'],
    title: 'After a function',
    app: (probe) => withClose(probe, (close) => Object.assign(() => 1, { close })),
    cleanup: ['close', 'finish'],
  },
  {
    ids: ['CLOSE-INVALID.promise'],
    title: 'After a promise',
    app: (probe) => withClose(probe, (close) => Object.assign(Promise.resolve([]), { close })),
    cleanup: ['close', 'finish'],
  },
  {
    ids: ['CLOSE-ABORT.reset', 'CLOSE-RETURN.reset', 'CLOSE-ONCE.reset'],
    title: 'After a reset by the client',
    app: (probe) => watched(probe, () => ({ steps: endless() })),
    drive: async (driver) => {
      const connection = await driver.begin();
      await connection.receivedOctets(1);
      await connection.abort('rst');
    },
    cleanup: ['return', 'close', 'finish'],
  },
  {
    ids: ['CLOSE-ABORT.closed', 'CLOSE-ORDER.closed'],
    title: 'After the client has closed the connection',
    app: (probe) => watched(probe, () => ({ steps: gated(probe) })),
    drive: async (driver) => {
      const connection = await driver.begin();
      await connection.received('first');
      await driver.event('hold client gone');
      await connection.abort('fin');
      driver.release('client gone');
    },
    cleanup: ['return', 'close', 'finish'],
  },
  {
    ids: ['CLOSE-ABORT.before-commit'],
    title: 'After a reset before the commit, while empty chunks come',
    // The many calls of next() are not recorded.
    app: (probe) => (environ, startResponse) => {
      environ['tsgi.on_finish'](() => probe.record('finish'));
      startResponse('200 OK', [probe.tag]);
      const source = emptyChunks(probe);
      return overridden(trackedBody(probe, { steps: [] }), { next: () => source.next() });
    },
    drive: async (driver) => {
      const connection = await driver.begin();
      await driver.event('hold client gone');
      await connection.abort('rst');
      driver.release('client gone');
    },
    cleanup: ['return', 'close', 'finish'],
  },
  {
    ids: ['CLOSE-ABORT-BLOCKED.array'],
    title: 'After a reset while the server waits for the client to read an Array',
    app: (probe) => (environ, startResponse) => {
      environ['tsgi.on_finish'](() => probe.record('finish'));
      startResponse('200 OK', [probe.tag]);
      probe.record('next');
      const chunk = new Uint8Array(65_536);
      const chunks = Array.from({ length: 400 }, () => chunk);
      return Object.assign(chunks, { close: () => probe.record('close') });
    },
    drive: async (driver) => {
      const connection = await stalledClient(driver);
      await driver.ping();
      await connection.abort('rst');
    },
    cleanup: ['close', 'finish'],
  },
  {
    ids: ['CLOSE-CALLED.no-return', 'CLOSE-ORDER.no-return'],
    title: 'After HEAD and an iterator without return()',
    request: { method: 'HEAD' },
    app: (probe) => (environ, startResponse) => {
      environ['tsgi.on_finish'](() => probe.record('finish'));
      startResponse('200 OK', [probe.tag]);
      const body = trackedBody(probe, { steps: ['abc', 'd'] });
      return overridden(body, { return: undefined });
    },
    cleanup: ['close', 'finish'],
  },
  ...(
    [
      ['no-result', 'next() has given no object', () => illegal(undefined)],
      ['unreadable-done', 'reading "done" has thrown', () => unreadable('done')],
      ['unreadable-value', 'reading "value" has thrown', () => unreadable('value')],
    ] as const
  ).map(
    ([variant, title, next]): EndCase => ({
      ids: [`CLOSE-RETURN-DONE.${variant}`],
      title: `After ${title}`,
      app: (probe) => (environ, startResponse) => {
        environ['tsgi.on_finish'](() => probe.record('finish'));
        startResponse('200 OK', [probe.tag]);
        return overridden(trackedBody(probe, { steps: [] }), { next });
      },
      cleanup: ['close', 'finish'],
    }),
  ),
  {
    ids: ['CLOSE-ABORT-BLOCKED.reset'],
    title: 'After a reset while the server waits for the client to read',
    app: (probe) => watched(probe, () => ({ steps: endless() })),
    drive: async (driver) => {
      const connection = await stalledClient(driver);
      await untilStalled(driver);
      await connection.abort('rst');
    },
    cleanup: ['return', 'close', 'finish'],
  },
];

/** A body whose iterator has other methods beside its own. */
function overridden(
  body: ReturnType<typeof trackedBody>,
  methods: Readonly<Record<PropertyKey, unknown>>,
): ReturnType<typeof trackedBody> {
  return {
    [Symbol.iterator]: () => Object.assign(body[Symbol.iterator](), methods),
    close: () => body.close(),
  };
}

/** A result of next() of which one member cannot be read. */
function unreadable(member: 'done' | 'value'): IteratorResult<Uint8Array> {
  const result = { done: false, value: Uint8Array.of(97) };
  return Object.defineProperty(result, member, { get: fail });
}

function wrongChunk(): IteratorResult<Uint8Array> {
  return { done: false, value: illegal('text') };
}

function withClose(probe: Probe, make: (close: () => void) => unknown): Application {
  return (environ, startResponse) => {
    environ['tsgi.on_finish'](() => probe.record('finish'));
    startResponse('200 OK', [probe.tag]);
    return make(() => probe.record('close')) as never;
  };
}

/** @yields one chunk and, past a gate, chunks without end */
function* gated(probe: Probe): Generator<string> {
  yield 'first';
  probe.hold('client gone');
  yield* endless();
}

/** An error in one step of the cleanup, and what runs all the same. */
function faultyStep(step: 'return' | 'close' | 'callback'): ServerCheck {
  return {
    id: `CLOSE-FAULT.${step}`,
    title: `An error in ${step} keeps no other step from running and does not change the response`,
    app: (probe) => (environ: Environ, startResponse) => {
      environ['tsgi.on_finish'](() => probe.record('finish'));
      environ['tsgi.on_finish'](() => {
        probe.record('finish');
        if (step === 'callback') fail();
      });
      startResponse('200 OK', [probe.tag, ['Content-Length', '2']]);
      const steps = ['abc'];
      const body = trackedBody(probe, step === 'close' ? { steps, onClose: fail } : { steps });
      const finish = (): IteratorResult<Uint8Array> => {
        probe.record('return');
        return step === 'return' ? fail() : { done: true, value: undefined };
      };
      return overridden(body, { return: finish });
    },
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), { body: 'ab' });
      await driver.settle();
      const expected = ['return', 'close', 'finish', 'finish'];
      driver.assert.equal('steps of the cleanup', driver.sequence(...CLEANUP), expected);
    },
  };
}

/** What the server releases, and when. */
export const cleanupChecks: readonly ServerCheck[] = [
  ...ends.flatMap(endChecks),
  faultyStep('return'),
  faultyStep('close'),
  faultyStep('callback'),
  {
    id: 'CLOSE-CALLED.receiver',
    title: 'close() is called on the body, without arguments',
    app: (probe) => (_environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      const body = {
        [Symbol.iterator]: () => [Uint8Array.of(97)].values(),
        close(...args: readonly unknown[]) {
          probe.record('closed', [this === body, args.length]);
        },
      };
      return body;
    },
    run: async (driver) => {
      await driver.exchange();
      const { data } = await driver.event('closed');
      driver.assert.equal('receiver is the body, number of arguments', data, [true, 0]);
    },
  },
  {
    id: 'CLOSE-CALLED.not-callable',
    title: 'A property close that is no function is left alone',
    app: (probe) => (environ, startResponse) => {
      environ['tsgi.on_finish'](() => probe.record('finish'));
      startResponse('200 OK', [probe.tag]);
      return Object.assign([Uint8Array.of(111, 107)], { close: illegal('later') });
    },
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), {});
      await driver.event('finish');
      await driver.settle();
      driver.assert.equal('faults reported', driver.faultCount, 0);
    },
  },
  {
    id: 'CLOSE-NODISPOSE.methods',
    title: 'Symbol.dispose and Symbol.asyncDispose are not called',
    app: (probe) => {
      const symbols = Symbol as unknown as Readonly<Record<string, symbol | undefined>>;
      const names = [symbols['dispose'], symbols['asyncDispose']].filter(
        (name) => name !== undefined,
      );
      const traps = Object.fromEntries(names.map((name) => [name, () => probe.record('dispose')]));
      const route =
        (steps: readonly (string | (() => string))[]): Application =>
        (_environ, startResponse) => {
          startResponse('200 OK', [probe.tag, ['Content-Length', '2']]);
          const body = trackedBody(probe, { steps });
          return Object.assign(overridden(body, traps), traps);
        };
      return byPath({ '/over': route(['abc']), '/throw': route([fail]) }, route(['ab']));
    },
    run: async (driver) => {
      await driver.exchange();
      await driver.exchange({ target: '/over' });
      assertOwn500(driver, await driver.exchange({ target: '/throw' }));
      await driver.settle();
      driver.assert.equal('calls of dispose methods', driver.events('dispose').length, 0);
    },
  },
];
