import type { Body } from '@tsgi/types';
import type { CheckId, ServerCheck } from '../../check.ts';
import { fromBytes, toBytes } from '../../wire/byte-string.ts';
import { answeringTracked, describeThrown, illegal, streaming } from './applications.ts';
import type { Thrown } from './applications.ts';
import { pattern } from './pattern.ts';
import { assertOwn500, assertResponse } from './tables.ts';

/** Something that an application returns or yields although it must not. */
interface FaultCase {
  readonly id: CheckId;
  readonly title: string;
  /** One value for each request. */
  readonly values: readonly (() => unknown)[];
  /** Makes the body of a value; the value itself unless given. */
  readonly body?: (value: unknown) => unknown;
  readonly code: string;
}

/** Each value is answered with the server's own 500, and the outcome names the code. */
function faultCheck({ id, title, values, body = (value) => value, code }: FaultCase): ServerCheck {
  return {
    id,
    title,
    app: (probe) => (environ, startResponse) => {
      environ['tsgi.on_finish'](({ error }) => probe.record('error', describeThrown(error)));
      startResponse('200 OK', [probe.tag]);
      const make = values[Number(environ.QUERY_STRING)];
      return body(make?.()) as Body;
    },
    run: async (driver) => {
      for (const index of values.keys()) {
        assertOwn500(driver, await driver.exchange({ target: `/?${index}` }));
        await driver.event('error', index + 1);
      }
      const codes = driver.events('error').map(({ data }) => (data as Thrown).code);
      const expected = values.map(() => code);
      driver.assert.equal('codes, one for each value', codes, expected);
    },
  };
}

const imitation = (): unknown => ({
  [Symbol.toStringTag]: 'Uint8Array',
  byteLength: 1,
  length: 1,
  0: 65,
});

const CHUNKS: readonly (() => unknown)[] = [
  () => 'text',
  () => [65],
  () => new ArrayBuffer(1),
  () => new Uint8ClampedArray(1),
  () => new Int8Array(1),
  () => new Uint16Array(1),
  () => new SharedArrayBuffer(1),
  () => Object.create(Uint8Array.prototype) as unknown,
  () => new Proxy(new Uint8Array(1), {}),
  () => new DataView(new ArrayBuffer(1)),
  () => null,
  () => undefined,
  () => 65,
  () => ({}),
  imitation,
];

const faults: readonly FaultCase[] = [
  {
    id: 'BODY-SHAPE.no-iterable',
    title: 'What is no object with an iterator is a fault',
    values: [() => undefined, () => null, () => 5, () => true, () => ({}), () => ({ length: 0 })],
    code: 'ERR_TSGI_BODY',
  },
  {
    id: 'BODY-SHAPE.function',
    title: 'A function is a fault, also one with an iterator',
    values: [
      () => () => [toBytes('ok')],
      () => Object.assign(() => 1, { [Symbol.iterator]: () => [toBytes('ok')].values() }),
    ],
    code: 'ERR_TSGI_BODY',
  },
  {
    id: 'BODY-STRING.values',
    title: 'A string or a typed array as the body is a fault',
    values: [
      () => 'text',
      () => toBytes('ok'),
      () => new Uint16Array(2),
      () => new Uint8ClampedArray(2),
      () => new Uint8Array(),
      () => '',
    ],
    code: 'ERR_TSGI_BODY',
  },
  {
    id: 'BODY-THENABLE.values',
    title: 'A promise, a thenable or an asynchronous iterable is a fault',
    values: [
      () => Promise.resolve([toBytes('ok')]),
      // oxlint-disable-next-line no-thenable
      () => ({ then: (resolve: (value: unknown) => void) => resolve([toBytes('ok')]) }),
      () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('no')) }) }),
    ],
    code: 'ERR_TSGI_ASYNC_UNSUPPORTED',
  },
  {
    id: 'BODY-THENABLE.iterable',
    title: 'A thenable is a fault, whatever else it is',
    values: [
      // oxlint-disable-next-line no-thenable
      () => Object.assign([toBytes('ok')], { then: () => undefined }),
      // oxlint-disable-next-line no-thenable
      () => Object.assign(() => [toBytes('ok')], { then: () => undefined }),
      () => Object.assign(Promise.resolve(), { [Symbol.iterator]: () => [].values() }),
    ],
    code: 'ERR_TSGI_ASYNC_UNSUPPORTED',
  },
  {
    id: 'BODY-SHAPE.no-iterator',
    title: 'An iterator that is no object, and a result of next() that is none, are faults',
    values: [
      () => ({ [Symbol.iterator]: () => undefined }),
      () => ({ [Symbol.iterator]: () => null }),
      () => ({ [Symbol.iterator]: () => 5 }),
      () => ({ [Symbol.iterator]: 5 }),
      () => ({ [Symbol.iterator]: () => ({ next: () => undefined }) }),
      () => ({ [Symbol.iterator]: () => ({ next: () => null }) }),
      () => ({ [Symbol.iterator]: () => ({ next: () => 'text' }) }),
    ],
    code: 'ERR_TSGI_BODY',
  },
  {
    id: 'BODY-TYPE.yielded',
    title: 'A chunk that is no Uint8Array is a fault',
    values: CHUNKS,
    body: (value) => [value].values(),
    code: 'ERR_TSGI_CHUNK',
  },
  {
    id: 'BODY-TYPE.in-array',
    title: 'An element of an Array that is no Uint8Array is a fault',
    values: CHUNKS,
    body: (value) => [value],
    code: 'ERR_TSGI_CHUNK',
  },
  {
    id: 'BODY-ARRAY-CHECK.last-element',
    title: 'A wrong element anywhere in an Array is found before the commit',
    values: [() => 'text', () => null],
    body: (value) => [toBytes('first'), toBytes('second'), value],
    code: 'ERR_TSGI_CHUNK',
  },
  {
    id: 'BODY-ARRAY-CHECK.hole',
    title: 'A hole in an Array is no chunk',
    values: [() => 3],
    body: (length) => Object.assign([toBytes('first')], { [Number(length)]: toBytes('ok') }),
    code: 'ERR_TSGI_CHUNK',
  },
];

/** A prototype that works like Uint8Array.prototype and is another object, as in another realm. */
function otherRealm(): object {
  const own = Uint8Array.prototype;
  const shared = Object.getPrototypeOf(own) as object;
  const base = Object.create(Object.prototype, Object.getOwnPropertyDescriptors(shared)) as object;
  return Object.create(base, Object.getOwnPropertyDescriptors(own)) as object;
}

const BRANDED: readonly (() => Uint8Array)[] = [
  () => new (class Sub extends Uint8Array {})([111, 107]),
  () => Object.setPrototypeOf(toBytes('ok'), otherRealm()) as Uint8Array,
  () => Object.defineProperty(toBytes('ok'), Symbol.toStringTag, { value: 'Other' }),
  () => new Uint8Array(toBytes('-ok-').buffer, 1, 2),
  () => {
    const shared = new Uint8Array(new SharedArrayBuffer(2));
    shared.set(toBytes('ok'));
    return shared;
  },
  () => {
    const { Buffer: NodeBuffer } = globalThis as { Buffer?: { from(text: string): Uint8Array } };
    return NodeBuffer?.from('ok') ?? toBytes('ok');
  },
];

/** Chunks whose own properties say something else than their slots. */
const LYING: readonly (() => Uint8Array)[] = [
  () => Object.setPrototypeOf(toBytes('ok'), null) as Uint8Array,
  () => Object.defineProperty(toBytes('ok'), 'byteLength', { value: 0 }),
  () => Object.defineProperty(toBytes('ok'), 'byteLength', { value: 9 }),
  () => Object.defineProperty(toBytes('ok'), 'length', { value: 0 }),
  () => Object.defineProperty(toBytes('ok'), 'buffer', { value: new ArrayBuffer(2) }),
  () => Object.defineProperty(toBytes('ok'), 'byteOffset', { value: 1 }),
];

/** Splits a text into pieces of changing length, empty ones among them. */
function pieces(text: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0, size = 0; at < text.length; at += size, size = (size * 7 + 3) % 5001) {
    found.push(text.slice(at, at + size));
  }
  return found;
}

function failAsynchronously(): never {
  throw new Error('pulled asynchronously');
}

/** Each chunk is sent whole, in an Array and yielded. */
function chunkCheck(
  id: CheckId,
  title: string,
  makers: readonly (() => Uint8Array)[],
): ServerCheck {
  return {
    id,
    title,
    app: (probe) => (environ, startResponse) => {
      const make = makers[Number(environ.QUERY_STRING)] ?? illegal(undefined);
      startResponse('200 OK', [probe.tag]);
      return environ.PATH_INFO === '/array' ? [make()] : [make()].values();
    },
    run: async (driver) => {
      for (const index of makers.keys()) {
        for (const path of ['/array', '/iterator']) {
          assertResponse(driver, await driver.exchange({ target: `${path}?${index}` }), {});
        }
      }
    },
  };
}

/** What a body may be, and what becomes of its octets. */
export const bodyChecks: readonly ServerCheck[] = [
  ...faults.map(faultCheck),
  chunkCheck(
    'BODY-BRAND.values',
    'A subclass, a Buffer, a view and an array of another realm are chunks',
    BRANDED,
  ),
  chunkCheck(
    'BODY-BRAND.own-properties',
    'The octets of a chunk are those of its slots, whatever its properties say',
    LYING,
  ),
  {
    id: 'BODY-ALL.own-iterator',
    title: 'The elements of an Array are sent, whatever its iterator gives',
    app: (probe) => (_environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      const other = (): Iterator<Uint8Array> => {
        probe.record('iterator');
        return [toBytes('other')].values();
      };
      return Object.assign([toBytes('o'), toBytes('k')], { [Symbol.iterator]: other });
    },
    run: async (driver) => assertResponse(driver, await driver.exchange(), {}),
  },
  {
    id: 'BODY-THENABLE.neither',
    title: 'An object with both kinds of iterator, or with a "then" that is no function, is a body',
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      const chunks = [toBytes('o'), toBytes('k')];
      // oxlint-disable-next-line no-thenable
      if (environ.PATH_INFO === '/then') return Object.assign(chunks, { then: 'later' });
      return {
        [Symbol.iterator]: () => chunks.values(),
        [Symbol.asyncIterator]: failAsynchronously,
      };
    },
    run: async (driver) => {
      for (const target of ['/then', '/both']) {
        assertResponse(driver, await driver.exchange({ target }), {});
      }
    },
  },
  ...(
    [
      ['array', true],
      ['iterator', false],
    ] as const
  ).map(
    ([variant, isArray]): ServerCheck => ({
      id: `BODY-ALL.${variant}`,
      title: `Every octet of many chunks arrives in order (${variant})`,
      app: (probe) => (_environ, startResponse) => {
        startResponse('200 OK', [probe.tag]);
        const chunks = pieces(pattern(200_000)).map(toBytes);
        return isArray ? chunks : chunks.values();
      },
      run: async (driver) => {
        const response = await driver.exchange();
        const content = fromBytes(response.body);
        driver.assert.holds('content', content === pattern(200_000), {
          expected: '200000 octets of a pattern',
          got: `${content.length} octets that are not the same`,
        });
        driver.assert.equal('response is complete', response.complete, true);
      },
    }),
  ),
  ...(
    [
      ['chunked', [], 'HTTP/1.1'],
      ['length', [['Content-Length', '2']], 'HTTP/1.1'],
      ['http10', [], 'HTTP/1.0'],
    ] as const
  ).map(
    ([variant, headers, version]): ServerCheck => ({
      id: `BODY-EMPTY-CHUNK.${variant}`,
      title: `Empty chunks at the start, between and at the end change nothing (${variant})`,
      requires: version === 'HTTP/1.0' ? ['http10'] : undefined,
      app: (probe) => streaming(probe, { headers, chunks: ['', 'a', '', '', 'b', ''] }),
      run: async (driver) =>
        assertResponse(driver, await driver.exchange({ version }), { body: 'ab' }),
    }),
  ),
  {
    id: 'BODY-EMPTY-CHUNK.array',
    title: 'Empty elements of an Array change nothing',
    app: (probe) => (_environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      return ['', 'a', '', 'b', ''].map(toBytes);
    },
    run: async (driver) => assertResponse(driver, await driver.exchange(), { body: 'ab' }),
  },
  {
    id: 'BODY-ITERATE-ONCE.requests',
    title: 'One iterator is obtained, for GET and for HEAD',
    app: (probe) => answeringTracked(probe, { steps: ['a', 'b'] }),
    run: async (driver) => {
      await driver.exchange();
      await driver.exchange({ method: 'HEAD' });
      await driver.settle();
      driver.assert.equal('iterators of two bodies', driver.events('iterator').length, 2);
    },
  },
  {
    id: 'BODY-NEXT-AFTER-END.exhausted',
    title: 'next() is not called after the end',
    app: (probe) => answeringTracked(probe, { steps: ['a', 'b'] }),
    run: async (driver) => {
      await driver.exchange();
      await driver.settle();
      driver.assert.equal('calls of next() for two chunks', driver.events('next').length, 3);
    },
  },
  {
    id: 'BODY-NEXT-AFTER-END.thrown',
    title: 'next() is not called after it has thrown',
    app: (probe) =>
      answeringTracked(probe, {
        steps: [
          'a',
          () => {
            throw new Error('broken');
          },
          'b',
        ],
      }),
    run: async (driver) => {
      await driver.exchange();
      await driver.settle();
      driver.assert.equal('calls of next()', driver.events('next').length, 2);
    },
  },
  {
    id: 'BODY-CHUNK-IMMUTABLE.two-requests',
    title: 'A chunk that two responses share is intact after both',
    app: (probe) => {
      const shared = toBytes(pattern(120_000));
      return (environ, startResponse) => {
        startResponse('200 OK', [probe.tag]);
        environ['tsgi.on_finish'](() =>
          probe.record('chunk', fromBytes(shared) === pattern(120_000)),
        );
        return environ.PATH_INFO === '/array' ? [shared] : [shared].values();
      };
    },
    run: async (driver) => {
      for (const [index, target] of ['/iterator', '/array', '/iterator'].entries()) {
        const response = await driver.exchange({ target });
        const same = fromBytes(response.body) === pattern(120_000);
        driver.assert.equal('content is what was yielded', same, true);
        const { data } = await driver.event('chunk', index + 1);
        driver.assert.equal('chunk is intact after the response', data, true);
      }
    },
  },
];
