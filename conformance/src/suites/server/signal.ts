import type {
  Application,
  AsyncApplication,
  CancelSignal,
  Environ,
  HeaderList,
  StatusLine,
} from '@tsgi/types';
import type { CheckId, Probe, ServerCheck } from '../../check.ts';
import type { Driver } from '../../engine/driver.ts';
import { concatBytes, toBytes } from '../../wire/byte-string.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import { answering, describeThrown, endless, illegal, trackedBody } from './applications.ts';
import { dataOf, seenCheck } from './seen.ts';
import { stalledClient, untilStalled } from './streaming.ts';
import { assertOwn500 } from './tables.ts';

function signalOf(environ: Environ): CancelSignal {
  return environ['tsgi.signal'] ?? illegal(undefined);
}

/** Reports the abort, the cleanup and, at the end, what the signal says. */
function watch(probe: Probe, environ: Environ): void {
  const signal = signalOf(environ);
  signal.addEventListener('abort', () => probe.record('abort', signal.aborted));
  environ['tsgi.on_finish'](({ aborted }) => {
    probe.record('finish', { aborted, signal: signal.aborted });
  });
}

/** @yields one chunk and, past a gate, chunks without end */
function* gated(probe: Probe): Generator<string> {
  yield 'first';
  probe.hold('client gone');
  yield* endless();
}

/** A response whose transport is closed before it was handed over. */
interface AbortCase {
  readonly variant: string;
  readonly title: string;
  readonly app: (probe: Probe) => AsyncApplication;
  readonly drive: (driver: Driver) => Promise<void>;
  readonly isAsync?: boolean;
}

async function leaveAfterFirst(driver: Driver, how: 'fin' | 'rst'): Promise<void> {
  const connection = await driver.begin();
  await connection.received('first');
  await driver.event('hold client gone');
  await connection.abort(how);
  driver.release('client gone');
}

function streamed(probe: Probe, steps: () => Iterable<string | (() => string)>): Application {
  return (environ, startResponse) => {
    watch(probe, environ);
    startResponse('200 OK', [probe.tag]);
    return trackedBody(probe, { steps: steps() });
  };
}

function pending(probe: Probe): AsyncApplication {
  return async (environ, startResponse) => {
    watch(probe, environ);
    await probe.holdAsync('client gone');
    startResponse('200 OK', [probe.tag]);
    return [toBytes('ok')];
  };
}

const CASES: readonly AbortCase[] = [
  {
    variant: 'reset',
    title: 'after a reset',
    app: (probe) => streamed(probe, () => gated(probe)),
    drive: (driver) => leaveAfterFirst(driver, 'rst'),
  },
  {
    variant: 'closed',
    title: 'after the client has closed the connection',
    app: (probe) => streamed(probe, () => gated(probe)),
    drive: (driver) => leaveAfterFirst(driver, 'fin'),
  },
  {
    variant: 'blocked',
    title: 'after a reset while the server waits for the client to read',
    app: (probe) => streamed(probe, endless),
    drive: async (driver) => {
      const connection = await stalledClient(driver);
      await untilStalled(driver);
      await connection.abort('rst');
    },
  },
  {
    variant: 'fault-after-commit',
    title: 'where the server itself cuts a response short',
    app: (probe) =>
      streamed(probe, () => [
        'first',
        () => {
          throw new Error('broken on purpose');
        },
      ]),
    drive: async (driver) => {
      const connection = await driver.begin();
      await connection.responseOrEnd();
    },
  },
  {
    variant: 'pending-input',
    title: 'after a reset while the application waits for the body of the request',
    isAsync: true,
    app: (probe) => async (environ) => {
      watch(probe, environ);
      probe.record('reading');
      for await (const part of environ['tsgi.async_input'] ?? []) probe.record('part', part.length);
      return [];
    },
    drive: async (driver) => {
      const headers = [['Content-Length', '5']] as const;
      const connection = await driver.begin({ method: 'POST', headers });
      await driver.event('reading');
      await connection.abort('rst');
    },
  },
  {
    variant: 'pending-call',
    title: 'after a reset while the application is awaited',
    isAsync: true,
    app: pending,
    drive: async (driver) => {
      const connection = await driver.begin();
      await driver.event('hold client gone');
      await connection.abort('rst');
      await driver.event('abort');
      driver.release('client gone');
    },
  },
];

/** What each rule asks of a response that was abandoned. */
const RULES: Readonly<Record<string, readonly [title: string, judge: (driver: Driver) => void]>> = {
  'SIGNAL-ABORT.': [
    'The signal aborts',
    (driver) => {
      driver.assert.equal('events abort', driver.events('abort').length > 0, true);
    },
  ],
  'SIGNAL-ONCE.': [
    'The event abort comes once at most',
    (driver) => {
      const count = driver.events('abort').length;
      driver.assert.equal('events abort', count < 2, true);
    },
  ],
  'SIGNAL-ORDER.': [
    'The signal aborts before the cleanup begins',
    (driver) => {
      const [first] = driver.sequence('abort', 'return', 'close', 'finish');
      driver.assert.equal('what comes first', first, 'abort');
    },
  ],
  'SIGNAL-ABORTED.': [
    'A listener and the callbacks see aborted',
    (driver) => {
      driver.assert.equal('aborted, in the listener', dataOf(driver, 'abort')[0], true);
      const told = dataOf(driver, 'finish')[0] as { readonly signal?: unknown };
      driver.assert.equal('aborted, in a callback', told.signal, true);
    },
  ],
};

const aborts: readonly ServerCheck[] = CASES.flatMap(({ variant, title, app, drive, isAsync }) =>
  Object.entries(RULES).map(
    ([rule, [what, judge]]): ServerCheck => ({
      id: `${rule}${variant}` as CheckId,
      title: `${what} ${title}`,
      requires: isAsync === true ? ['async'] : undefined,
      settings: { profile: isAsync === true ? 'async' : 'sync' },
      gates: ['client gone'],
      app,
      run: async (driver) => {
        await drive(driver);
        await driver.event('finish');
        await driver.settle();
        judge(driver);
      },
    }),
  ),
);

function failInRange(): never {
  throw new RangeError('broken on purpose');
}

/** A response that was handed over, or refused by the server, and must leave the signal alone. */
interface QuietCase {
  readonly variant: string;
  readonly status?: StatusLine;
  readonly request?: RequestShape;
  readonly headers?: HeaderList;
  readonly isFault?: boolean;
}

const QUIET: readonly QuietCase[] = [
  { variant: 'get' },
  { variant: 'head', request: { method: 'HEAD' } },
  { variant: '204', status: '204 No Content' },
  { variant: '304', status: '304 Not Modified' },
  { variant: 'body-read', request: { method: 'POST', body: 'abcde' } },
  { variant: 'fault-before-commit', isFault: true },
  { variant: 'http10', request: { version: 'HTTP/1.0' } },
  { variant: 'cut', headers: [['Content-Length', '1']] },
];

const quiet: readonly ServerCheck[] = QUIET.flatMap(
  ({ variant, status = '200 OK', request = {}, headers = [], isFault }) =>
    (['sync', 'async'] as const).map((profile): ServerCheck => {
      const http10 = request.version === undefined ? [] : (['http10'] as const);
      const asynchronous = profile === 'sync' ? [] : (['async'] as const);
      return {
        id: `SIGNAL-ONLY.${variant}${profile === 'async' ? '-async' : ''}`,
        title: `A complete response aborts nothing, nor does a client that leaves then (${variant})`,
        requires: [...http10, ...asynchronous],
        settings: { profile },
        app: (probe) => (environ, startResponse) => {
          watch(probe, environ);
          environ['tsgi.input'].read();
          if (isFault === true) throw new Error('broken on purpose');
          startResponse(status, [probe.tag, ...headers]);
          return [toBytes('ok')].values();
        },
        run: async (driver) => {
          const connection = await driver.begin(request);
          const response = await connection.response(request.method);
          if (isFault === true) assertOwn500(driver, response);
          await driver.event('finish');
          await connection.abort('rst');
          await driver.ping();
          await driver.settle();
          driver.assert.equal('events abort', driver.events('abort').length, 0);
          const told = { aborted: false, signal: false };
          driver.assert.equal('outcome and signal', dataOf(driver, 'finish'), [told]);
        },
      };
    }),
);

/** `tsgi.signal`. */
export const signalChecks: readonly ServerCheck[] = [
  ...aborts,
  ...quiet,
  {
    id: 'SIGNAL-ONLY.half-closed-input',
    title: 'A client that leaves in the cleanup of a complete response aborts nothing',
    gates: ['client gone'],
    app: (probe) => (environ, startResponse) => {
      watch(probe, environ);
      startResponse('200 OK', [probe.tag]);
      return trackedBody(probe, { steps: ['ok'], onClose: () => void probe.hold('client gone') });
    },
    run: async (driver) => {
      const connection = await driver.begin();
      await connection.response();
      await driver.event('hold client gone');
      await connection.abort('rst');
      driver.release('client gone');
      await driver.event('finish');
      await driver.settle();
      driver.assert.equal('events abort', driver.events('abort').length, 0);
    },
  },
  {
    id: 'SIGNAL-FRESH.second-request',
    title:
      'Each request of a connection has a signal of its own, and one abort is none of the other',
    requires: ['keepAlive'],
    gates: ['client gone'],
    app: (probe) => {
      let first: CancelSignal | undefined;
      return (environ, startResponse) => {
        const signal = signalOf(environ);
        if (environ.PATH_INFO === '/first') {
          first = signal;
          return answering(probe)(environ, startResponse);
        }
        environ['tsgi.on_finish'](() => {
          probe.record('signals', [signal === first, signal.aborted, first?.aborted]);
        });
        startResponse('200 OK', [probe.tag]);
        return trackedBody(probe, { steps: gated(probe) });
      };
    },
    run: async (driver) => {
      const connection = await driver.connect();
      const targets = ['/first', '/second'];
      await connection.send(driver.request({ target: '/first' }));
      await connection.response();
      await connection.send(
        concatBytes(targets.slice(1).map((target) => driver.request({ target }))),
      );
      await connection.received('first');
      await driver.event('hold client gone');
      await connection.abort('rst');
      driver.release('client gone');
      const { data } = await driver.event('signals');
      driver.assert.equal('same signal, second aborted, first aborted', data, [false, true, false]);
    },
  },
  seenCheck({
    id: 'SIGNAL-ABORTED.at-the-call',
    title: 'aborted is false when the application is called',
    look: (environ) => signalOf(environ).aborted,
    expect: false,
  }),
  {
    id: 'SIGNAL-REASON.disconnect',
    title: 'The reason is an Error with the code ERR_TSGI_ABORTED',
    gates: ['client gone'],
    app: (probe) => (environ, startResponse) => {
      const signal = signalOf(environ);
      environ['tsgi.on_finish'](() => probe.record('reason', describeThrown(signal.reason)));
      startResponse('200 OK', [probe.tag]);
      return trackedBody(probe, { steps: gated(probe) });
    },
    run: async (driver) => {
      await leaveAfterFirst(driver, 'rst');
      const { data } = await driver.event('reason');
      driver.assert.equal('reason', data, { kind: 'Error', code: 'ERR_TSGI_ABORTED' });
    },
  },
  {
    id: 'SIGNAL-REASON.fault',
    title: 'So it is where the server itself cuts a response short',
    app: (probe) => (environ, startResponse) => {
      const signal = signalOf(environ);
      environ['tsgi.on_finish'](() => probe.record('reason', describeThrown(signal.reason)));
      startResponse('200 OK', [probe.tag]);
      return trackedBody(probe, { steps: ['first', failInRange] });
    },
    run: async (driver) => {
      await (await driver.begin()).responseOrEnd();
      const { data } = await driver.event('reason');
      driver.assert.equal('reason', data, { kind: 'Error', code: 'ERR_TSGI_ABORTED' });
    },
  },
  {
    id: 'SIGNAL-LISTEN.added-twice',
    title: 'A listener that was added twice is called once',
    gates: ['client gone'],
    app: (probe) => (environ, startResponse) => {
      const signal = signalOf(environ);
      const listener = (): void => probe.record('called');
      for (let time = 0; time < 2; time += 1) signal.addEventListener('abort', listener);
      environ['tsgi.on_finish'](() => probe.record('finish'));
      startResponse('200 OK', [probe.tag]);
      return trackedBody(probe, { steps: gated(probe) });
    },
    run: async (driver) => {
      await leaveAfterFirst(driver, 'rst');
      await driver.event('finish');
      await driver.settle();
      driver.assert.equal('calls of the listener', driver.events('called').length, 1);
    },
  },
  {
    id: 'SIGNAL-LISTEN.listeners',
    title: 'Listeners are called once each, but for those that were removed or come too late',
    gates: ['client gone'],
    app: (probe) => (environ, startResponse) => {
      const signal = signalOf(environ);
      const removed = (): void => probe.record('called', 'removed');
      signal.addEventListener('abort', () => probe.record('called', 'plain'));
      signal.addEventListener('abort', () => probe.record('called', 'once'), { once: true });
      signal.addEventListener('abort', removed);
      signal.removeEventListener('abort', removed);
      environ['tsgi.on_finish'](() => {
        signal.addEventListener('abort', () => probe.record('called', 'late'));
        probe.record('finish');
      });
      startResponse('200 OK', [probe.tag]);
      return trackedBody(probe, { steps: gated(probe) });
    },
    run: async (driver) => {
      await leaveAfterFirst(driver, 'rst');
      await driver.event('finish');
      await driver.settle();
      driver.assert.equal('listeners called', dataOf(driver, 'called'), ['plain', 'once']);
    },
  },
  seenCheck({
    id: 'SIGNAL-NATIVE.class',
    title: 'The signal is an AbortSignal of the runtime',
    look: (environ) => signalOf(environ) instanceof AbortSignal,
    expect: true,
  }),
];
