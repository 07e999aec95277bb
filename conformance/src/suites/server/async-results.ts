import type { AsyncApplication, Body } from '@tsgi/types';
import type { CheckId, Probe, ServerCheck } from '../../check.ts';
import { toBytes } from '../../wire/byte-string.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import { answering, byPath, describeThrown, illegal, streaming } from './applications.ts';
import { assertOwn500, assertResponse, fieldOf } from './tables.ts';

/** An asynchronous body of these chunks; every step takes a turn of the event loop at least. */
export function asyncBody(chunks: Iterable<string>): AsyncIterable<Uint8Array> {
  return {
    async *[Symbol.asyncIterator]() {
      for (const chunk of chunks) {
        await Promise.resolve();
        yield toBytes(chunk);
      }
    },
  };
}

/** Starts the response and returns a body, a promise of one or something else. */
export function returning(probe: Probe, make: () => unknown): AsyncApplication {
  return (_environ, startResponse) => {
    startResponse('200 OK', [probe.tag]);
    return make() as Body;
  };
}

/** A `then` that gives one value. */
function settleWith(value: unknown): (resolve: (value: unknown) => void) => void {
  return (resolve) => resolve(value);
}

/** A result that must be answered with 200 and `ok`. */
const RESULTS: readonly (readonly [id: CheckId, title: string, make: () => unknown])[] = [
  ['ASYNC-AWAIT.promise', 'A promise of an Array', async () => [toBytes('ok')]],
  [
    'ASYNC-AWAIT.thenable',
    'A thenable that is no promise',
    // oxlint-disable-next-line no-thenable
    () => ({ then: (resolve: (value: unknown) => void) => resolve([toBytes('ok')]) }),
  ],
  [
    'ASYNC-AWAIT.function',
    'A function that is a thenable',
    // oxlint-disable-next-line no-thenable
    () => Object.assign(() => undefined, { then: settleWith([toBytes('ok')]) }),
  ],
  [
    'ASYNC-AWAIT.nested',
    'A thenable of a promise',
    // oxlint-disable-next-line no-thenable
    () => ({ then: settleWith(Promise.resolve([toBytes('ok')])) }),
  ],
  [
    'ASYNC-AWAIT.settled-again',
    'The first result of a thenable that settles again and again',
    () => ({
      // oxlint-disable-next-line no-thenable
      then: (resolve: (value: unknown) => void, refuse: (reason: unknown) => void) => {
        resolve([toBytes('ok')]);
        resolve([toBytes('wrong')]);
        refuse(new Error('too late'));
      },
    }),
  ],
  [
    'ASYNC-AWAIT.async-body',
    'A promise of an asynchronous body',
    async () => asyncBody(['o', 'k']),
  ],
  ['ASYNC-ITERATE.generator', 'An asynchronous body', () => asyncBody(['o', 'k'])],
  [
    'ASYNC-ITERATE.plain-results',
    'An iterator whose next() returns results that are no promises',
    () => {
      const source = ['o', 'k'].map(toBytes).values();
      return { [Symbol.asyncIterator]: () => ({ next: () => source.next() }) };
    },
  ],
  [
    'ASYNC-SYNC-FIRST.both',
    'The synchronous iterator of a body that has both',
    () => ({
      [Symbol.iterator]: () => [toBytes('ok')].values(),
      [Symbol.asyncIterator]: () => asyncBody(['wrong'])[Symbol.asyncIterator](),
    }),
  ],
  [
    'ASYNC-SYNC-FIRST.promised',
    'The synchronous iterator of a promised body that has both',
    async () => ({
      [Symbol.iterator]: () => [toBytes('ok')].values(),
      [Symbol.asyncIterator]: () => asyncBody(['wrong'])[Symbol.asyncIterator](),
    }),
  ],
  ['ASYNC-SAME.sync-array', 'An Array of a synchronous application', () => [toBytes('ok')]],
];

const results = RESULTS.map(
  ([id, title, make]): ServerCheck => ({
    id,
    title: `${title} is taken`,
    app: (probe) => returning(probe, make),
    run: async (driver) => assertResponse(driver, await driver.exchange(), {}),
  }),
);

/** Results that are no body; each is an application fault. */
const WRONG: readonly (() => unknown)[] = [
  () => undefined,
  () => 'text',
  () => toBytes('ok'),
  () => ({}),
  async () => 'text',
  async () => toBytes('ok'),
  async () => undefined,
  async () => ({ body: [] }),
  () => null,
  () => () => undefined,
  () => Uint16Array.of(1),
  async () => Uint16Array.of(1),
];

/** A rejection, and when it comes. */
interface RejectionCase {
  readonly id: CheckId;
  readonly title: string;
  readonly app: (probe: Probe) => AsyncApplication;
  /** True where the response is committed by then. */
  readonly late?: boolean;
}

async function reject(): Promise<never> {
  await Promise.resolve();
  throw new Error('broken on purpose');
}

function failing(probe: Probe, chunks: readonly string[]): AsyncApplication {
  return returning(probe, () => ({
    async *[Symbol.asyncIterator]() {
      yield* chunks.map(toBytes);
      await reject();
    },
  }));
}

const rejections: readonly RejectionCase[] = [
  { id: 'ASYNC-REJECT.call', title: 'of the call', app: () => reject },
  {
    id: 'ASYNC-REJECT.call-after-start',
    title: 'of the call after startResponse',
    app: (probe) => returning(probe, reject),
  },
  {
    id: 'ASYNC-REJECT.first-next',
    title: 'of the first next()',
    app: (probe) => failing(probe, []),
  },
  {
    id: 'ASYNC-REJECT.later-next',
    title: 'of a later next()',
    app: (probe) => failing(probe, ['first']),
    late: true,
  },
];

const rejected = rejections.map(
  ({ id, title, app, late }): ServerCheck => ({
    id,
    title: `A rejection ${title} is answered like a throw`,
    app,
    run: async (driver) => {
      const connection = await driver.begin();
      if (late !== true) {
        assertOwn500(driver, await connection.response());
        return;
      }
      const response = await connection.response();
      driver.assert.equal('response is complete', response.complete, false);
    },
  }),
);

/** A rule of the core that an asynchronous body is under as well. */
interface SameCase {
  readonly id: CheckId;
  readonly title: string;
  readonly request?: RequestShape;
  readonly status?: `${number} ${string}`;
  readonly headers?: readonly (readonly [string, string])[];
  readonly chunks: readonly string[];
  readonly body: string;
  readonly lengths: readonly (string | undefined)[];
}

const same: readonly SameCase[] = [
  {
    id: 'ASYNC-SAME.empty-chunks',
    title: 'empty chunks',
    chunks: ['', 'a', '', 'b'],
    body: 'ab',
    lengths: [undefined],
  },
  { id: 'ASYNC-SAME.no-chunk', title: 'no chunk', chunks: [], body: '', lengths: [undefined, '0'] },
  {
    id: 'ASYNC-SAME.over',
    title: 'more octets than Content-Length',
    headers: [['Content-Length', '2']],
    chunks: ['abc', 'd'],
    body: 'ab',
    lengths: ['2'],
  },
  {
    id: 'ASYNC-SAME.head',
    title: 'HEAD',
    request: { method: 'HEAD' },
    headers: [['Content-Length', '3']],
    chunks: ['abc'],
    body: '',
    lengths: ['3'],
  },
  {
    id: 'ASYNC-SAME.204',
    title: '204',
    status: '204 No Content',
    chunks: ['abc'],
    body: '',
    lengths: [undefined],
  },
  {
    id: 'ASYNC-SAME.205',
    title: '205',
    status: '205 Reset Content',
    chunks: ['abc'],
    body: '',
    lengths: ['0'],
  },
  {
    id: 'ASYNC-SAME.304',
    title: '304',
    status: '304 Not Modified',
    chunks: ['abc'],
    body: '',
    lengths: [undefined],
  },
];

const asInCore = same.map(
  ({
    id,
    title,
    request,
    status = '200 OK',
    headers = [],
    chunks,
    body,
    lengths,
  }): ServerCheck => ({
    id,
    title: `An asynchronous body is treated as a synchronous one: ${title}`,
    app: (probe) => (_environ, startResponse) => {
      startResponse(status, [probe.tag, ...headers]);
      return asyncBody(chunks);
    },
    run: async (driver) => {
      const response = await driver.exchange(request);
      assertResponse(driver, response, { status, body });
      driver.assert.oneOf('Content-Length', fieldOf(response, 'content-length')[0], lengths);
    },
  }),
);

/** What an application of the asynchronous profile may return. */
export const asyncResultChecks: readonly ServerCheck[] = [
  ...results,
  ...rejected,
  ...asInCore,
  {
    id: 'ASYNC-DECLARE.sync-start',
    title: 'A server started without the profile does not await a promise',
    settings: { profile: 'sync' },
    app: (probe) => returning(probe, async () => [toBytes('ok')]),
    run: async (driver) => assertOwn500(driver, await driver.exchange()),
  },
  {
    id: 'ASYNC-FLAG.value',
    title: 'tsgi.async is true',
    app: (probe) => (environ, startResponse) => {
      probe.record('async', environ['tsgi.async']);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange();
      driver.assert.equal('tsgi.async', (await driver.event('async')).data, true);
    },
  },
  {
    id: 'ASYNC-SIGNAL.present',
    title: 'tsgi.signal is there and not aborted',
    app: (probe) => (environ, startResponse) => {
      const signal = environ['tsgi.signal'];
      probe.record('signal', [typeof signal?.addEventListener, signal?.aborted]);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange();
      const { data } = await driver.event('signal');
      driver.assert.equal('addEventListener, aborted', data, ['function', false]);
    },
  },
  {
    id: 'ASYNC-RESULT.values',
    title: 'A result that is no body is a fault with code ERR_TSGI_BODY',
    app: (probe) => (environ, startResponse) => {
      environ['tsgi.on_finish'](({ error }) => probe.record('error', describeThrown(error)));
      startResponse('200 OK', [probe.tag]);
      const make = WRONG[Number(environ.QUERY_STRING)];
      return make?.() as Body;
    },
    run: async (driver) => {
      for (const index of WRONG.keys()) {
        assertOwn500(driver, await driver.exchange({ target: `/?${index}` }));
        await driver.event('error', index + 1);
      }
      const codes = driver.events('error').map(({ data }) => (data as { code?: string }).code);
      const expected = WRONG.map(() => 'ERR_TSGI_BODY');
      driver.assert.equal('codes, one for each result', codes, expected);
    },
  },
  {
    id: 'ASYNC-ITERATE.once',
    title: '[Symbol.asyncIterator]() is called once',
    app: (probe) =>
      returning(probe, () => ({
        [Symbol.asyncIterator]: () => {
          probe.record('iterator');
          return asyncBody(['ok'])[Symbol.asyncIterator]();
        },
      })),
    run: async (driver) => {
      await driver.exchange();
      await driver.settle();
      driver.assert.equal('iterators', driver.events('iterator').length, 1);
    },
  },
  {
    id: 'SR-LAZY.async-generator',
    title: 'startResponse is called by an asynchronous body, after an empty chunk and a wait',
    requires: ['async'],
    settings: { profile: 'async' },
    app: (probe) =>
      async function* application(_environ, startResponse) {
        yield toBytes('');
        await Promise.resolve();
        startResponse('201 Created', [probe.tag]);
        yield toBytes('ok');
      },
    run: async (driver) =>
      assertResponse(driver, await driver.exchange(), { status: '201 Created' }),
  },
  {
    id: 'EXC-RESET.async-http10',
    title: 'A rejection within a response that ends with the connection resets it',
    requires: ['async', 'http10'],
    settings: { profile: 'async' },
    app: (probe) => failing(probe, ['first']),
    run: async (driver) => {
      const connection = await driver.begin({ version: 'HTTP/1.0' });
      await connection.receivedOctets(1);
      driver.assert.equal('end of the connection', await connection.ended(), 'rst');
    },
  },
  {
    id: 'CLOSE-INVALID.async',
    title: 'close() of a result that is no body is called, and of what a promise gives',
    requires: ['async'],
    settings: { profile: 'async' },
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      const result = { close: () => probe.record('close', environ.QUERY_STRING) };
      return illegal(environ.QUERY_STRING === 'promise' ? Promise.resolve(result) : result);
    },
    run: async (driver) => {
      for (const kind of ['object', 'promise']) await driver.exchange({ target: `/?${kind}` });
      await driver.settle();
      const closed = driver.events('close').map(({ data }) => data);
      driver.assert.equal('results closed', closed, ['object', 'promise']);
    },
  },
  {
    id: 'ASYNC-SAME.bad-chunk',
    title: 'A promise as the value of a result is no chunk',
    app: (probe) =>
      returning(probe, () => ({
        [Symbol.asyncIterator]: () => ({
          next: async () => ({ done: false, value: illegal(Promise.resolve(toBytes('ok'))) }),
        }),
      })),
    run: async (driver) => assertOwn500(driver, await driver.exchange()),
  },
  {
    id: 'ASYNC-CONCURRENT.pending-promise',
    title: 'Another request is answered while a promise is pending',
    gates: ['first'],
    app: (probe) =>
      byPath(
        {
          '/first': async (environ, startResponse) => {
            await probe.holdAsync('first');
            return answering(probe)(environ, startResponse);
          },
        },
        streaming(probe),
      ),
    run: async (driver) => {
      const connection = await driver.begin({ target: '/first' });
      await driver.event('hold first');
      assertResponse(driver, await driver.exchange(), {});
      driver.release('first');
      assertResponse(driver, await connection.response(), {});
    },
  },
];
