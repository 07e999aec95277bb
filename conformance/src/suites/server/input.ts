import type { InputStream } from '@tsgi/types';
import type { CheckId, PlainData, ServerCheck } from '../../check.ts';
import type { Driver } from '../../engine/driver.ts';
import { fromBytes, toBytes } from '../../wire/byte-string.ts';
import { buildChunked } from '../../wire/request-bytes.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import { answering, describeThrown, illegal, thrownBy } from './applications.ts';
import { pattern } from './pattern.ts';

/** A request body and what an application makes of it. */
interface ReadCase {
  readonly id: CheckId;
  readonly title: string;
  /** Defaults to a POST of `abcdefghij`; built when it is sent, since some are long. */
  readonly request?: () => RequestShape;
  readonly requires?: ServerCheck['requires'];
  readonly read: (input: InputStream) => PlainData;
  readonly expect: PlainData;
}

/** The application reads, reports what it got, and answers. */
export function readCheck({ id, title, request, requires, read, expect }: ReadCase): ServerCheck {
  return {
    id,
    title,
    requires,
    app: (probe) => (environ, startResponse) => {
      probe.record('read', read(environ['tsgi.input']));
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange(request?.() ?? { method: 'POST', body: 'abcdefghij' });
      const { data } = await driver.event('read');
      driver.assert.equal('what was read', data, expect);
    },
  };
}

function texts(input: InputStream, sizes: readonly (number | undefined)[]): readonly string[] {
  return sizes.map((size) => fromBytes(size === undefined ? input.read() : input.read(size)));
}

const reads: readonly ReadCase[] = [
  {
    id: 'INP-PRESENT.get',
    title: 'The input of a GET request is there and empty',
    request: () => ({ method: 'GET' }),
    read: (input) => [...texts(input, [5, undefined]), [...input].length],
    expect: ['', '', 0],
  },
  {
    id: 'INP-PRESENT.empty-body',
    title: 'The input of a body of no octets is there and empty',
    request: () => ({ method: 'POST', body: '' }),
    read: (input) => texts(input, [undefined]),
    expect: [''],
  },
  {
    id: 'INP-READ.sizes',
    title: 'read(n) returns n octets until fewer are left',
    read: (input) => texts(input, [3, 4, 100]),
    expect: ['abc', 'defg', 'hij'],
  },
  {
    id: 'INP-READ.large',
    title: 'read(n) returns n octets of a long body, however many there are',
    request: () => ({ method: 'POST', body: pattern(300_000) }),
    read: (input) => [1, 200_000, 70_000, 70_000, 1].map((size) => input.read(size).length),
    expect: [1, 200_000, 70_000, 29_999, 0],
  },
  {
    id: 'INP-READ.chunked',
    title: 'read(n) returns n octets of a chunked body, wherever its chunks end',
    requires: ['chunkedRequest'],
    request: () => ({
      method: 'POST',
      headers: [['Transfer-Encoding', 'chunked']],
      body: buildChunked(['ab', 'c', 'defghij']),
    }),
    read: (input) => texts(input, [1, 4, 100, 1]),
    expect: ['a', 'bcde', 'fghij', ''],
  },
  {
    id: 'INP-READ.type',
    title: 'read(n) returns a Uint8Array',
    read: (input) => input.read(2) instanceof Uint8Array,
    expect: true,
  },
  {
    id: 'INP-EOF.again',
    title: 'Every read at the end returns an empty array',
    read: (input) => texts(input, [10, 1, 1, undefined, 1]),
    expect: ['abcdefghij', '', '', '', ''],
  },
  {
    id: 'INP-REST.after-part',
    title: 'read() returns what is left',
    read: (input) => texts(input, [4, undefined, undefined]),
    expect: ['abcd', 'efghij', ''],
  },
  {
    id: 'INP-REST.undefined',
    title: 'read(undefined) is read()',
    read: (input) => fromBytes(input.read(illegal(undefined))),
    expect: 'abcdefghij',
  },
  {
    id: 'INP-ZERO.nothing-consumed',
    title: 'read(0) returns an empty array and consumes nothing',
    read: (input) => texts(input, [0, 2, 0, 2]),
    expect: ['', 'ab', '', 'cd'],
  },
  {
    id: 'INP-RANGE.values',
    title: 'read throws a RangeError for what is no size, and consumes nothing',
    read: (input) => {
      const numbers = [-1, -0.5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53];
      const values = [...numbers, '1', '', null, {}, [], true, false, 1n, Symbol('s'), () => 1];
      const kinds = values.map((value) => thrownBy(() => input.read(illegal(value))).kind);
      return [...new Set(kinds), fromBytes(input.read())];
    },
    expect: ['RangeError', 'abcdefghij'],
  },
  {
    id: 'INP-ITERATE.joined',
    title: 'Iterating yields all octets in non-empty chunks',
    read: (input) => {
      const chunks = [...input].map(fromBytes);
      return [chunks.join(''), chunks.includes('')];
    },
    expect: ['abcdefghij', false],
  },
  {
    id: 'INP-ITERATE.after-read',
    title: 'Iterating goes on where reading stopped, and ends the input',
    read: (input) => [
      fromBytes(input.read(3)),
      [...input].map(fromBytes).join(''),
      input.read().length,
    ],
    expect: ['abc', 'defghij', 0],
  },
  {
    id: 'INP-ITERATE.broken-off',
    title: 'An iteration that is broken off takes no more than it has yielded',
    request: () => ({ method: 'POST', body: pattern(300_000) }),
    read: (input) => {
      const start = input.read(10);
      let rest = fromBytes(start);
      for (const chunk of input) {
        rest += fromBytes(chunk);
        break;
      }
      for (const chunk of input) rest += fromBytes(chunk);
      return rest === pattern(300_000);
    },
    expect: true,
  },
  {
    id: 'INP-FRESH.changed-by-application',
    title: 'An array that the application overwrites does not change what it reads next',
    read: (input) => {
      const first = input.read(5);
      first.fill(0);
      return fromBytes(input.read());
    },
    expect: 'fghij',
  },
  {
    id: 'INP-FRESH.kept',
    title: 'Arrays read earlier keep their contents',
    request: () => ({ method: 'POST', body: pattern(300_000) }),
    read: (input) => {
      const kept: Uint8Array[] = [];
      for (let part = input.read(50_000); part.length > 0; part = input.read(50_000))
        kept.push(part);
      return kept.map(fromBytes).join('') === pattern(300_000);
    },
    expect: true,
  },
  {
    id: 'INP-FULL.content-length',
    title: 'A body of a mebibyte arrives whole and in order',
    request: () => ({ method: 'POST', body: pattern(1_048_576) }),
    read: (input) => fromBytes(input.read()) === pattern(1_048_576),
    expect: true,
  },
  {
    id: 'INP-FULL.chunked',
    title: 'A long chunked body arrives whole and in order',
    requires: ['chunkedRequest'],
    request: () => ({
      method: 'POST',
      headers: [['Transfer-Encoding', 'chunked']],
      body: buildChunked(pattern(300_000).match(/.{1,30000}/gs) ?? []),
    }),
    read: (input) => fromBytes(input.read()) === pattern(300_000),
    expect: true,
  },
];

const LENGTHS: readonly (readonly [id: CheckId, request: RequestShape, length?: string])[] = [
  ['INP-LENGTH.content-length', { method: 'POST', body: 'abcde' }, '5'],
  [
    'INP-LENGTH.leading-zeros',
    { method: 'POST', headers: [['Content-Length', '005']], body: 'abcde' },
    '5',
  ],
  ['INP-LENGTH.zero', { method: 'POST', body: '' }, '0'],
  ['INP-LENGTH-NONE.get', {}],
  ['INP-LENGTH-NONE.post', { method: 'POST' }],
];

/** Everything about `tsgi.input` that one complete request shows. */
export const inputChecks: readonly ServerCheck[] = [
  ...reads.map(readCheck),
  ...LENGTHS.map(
    ([id, request, length]): ServerCheck => ({
      id,
      title: `CONTENT_LENGTH is ${length ?? 'absent'}`,
      app: recordLength,
      run: async (driver) => {
        await driver.exchange(request);
        driver.assert.equal('CONTENT_LENGTH', (await lengths(driver))[0], length);
      },
    }),
  ),
  {
    id: 'INP-LENGTH.chunked',
    title: 'CONTENT_LENGTH of a chunked body is absent or what can be read',
    requires: ['chunkedRequest'],
    app: recordLength,
    run: async (driver) => {
      const headers = [['Transfer-Encoding', 'chunked']] as const;
      await driver.exchange({ method: 'POST', headers, body: buildChunked(['abc', 'defgh']) });
      const [declared, read] = await lengths(driver);
      driver.assert.equal('octets read', read, 8);
      driver.assert.oneOf('CONTENT_LENGTH', declared, [undefined, '8']);
    },
  },
  {
    id: 'INP-BOUND.pipelined',
    title: 'A request that follows in the same segment is not part of the body',
    app: (probe) => (environ, startResponse) => {
      probe.record('read', fromBytes(environ['tsgi.input'].read()));
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const connection = await driver.connect();
      const both = [{ method: 'POST', body: 'abcde' }, { target: '/second' }]
        .map((shape) => fromBytes(driver.request(shape)))
        .join('');
      await connection.send(toBytes(both));
      await connection.response('POST');
      driver.assert.equal('body read', (await driver.event('read')).data, 'abcde');
    },
  },
  {
    id: 'INP-BOUND.chunked',
    title: 'A request that follows a chunked body in the same segment is not part of it',
    requires: ['chunkedRequest', 'pipelining'],
    app: (probe) => (environ, startResponse) => {
      const body = fromBytes(environ['tsgi.input'].read());
      probe.record('read', `${environ.REQUEST_METHOD} ${body}`);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const connection = await driver.connect();
      const headers = [['Transfer-Encoding', 'chunked']] as const;
      const both = [
        { method: 'POST', headers, body: buildChunked(['abc', 'de']) },
        { method: 'POST', body: 'fgh' },
      ]
        .map((shape) => fromBytes(driver.request(shape)))
        .join('');
      await connection.send(toBytes(both));
      await connection.response('POST');
      const second = await connection.responseOrEnd('POST');
      const expected = second === undefined ? ['POST abcde'] : ['POST abcde', 'POST fgh'];
      await driver.event('read', expected.length);
      const read = driver.events('read').map(({ data }) => data);
      driver.assert.equal('methods and bodies', read, expected);
    },
  },
  {
    id: 'ERR-WRITE.any-string',
    title: 'tsgi.errors.write takes any string',
    app: (probe) => (environ, startResponse) => {
      const strings = ['', 'line\n', '\0', '\u20ac', '\ud800', '\udfff\ud800', 'x'.repeat(100_000)];
      const errors = environ['tsgi.errors'];
      probe.record(
        'thrown',
        strings.map((text) => thrownBy(() => errors.write(text)).kind),
      );
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange();
      const { data } = await driver.event('thrown');
      driver.assert.equal('thrown', [...new Set(data as readonly string[])], ['none']);
    },
  },
  {
    id: 'ERR-FLUSH.twice',
    title: 'tsgi.errors.flush does not throw',
    app: (probe) => (environ, startResponse) => {
      const errors = environ['tsgi.errors'];
      const flushes = [1, 2].map(() => thrownBy(() => errors.flush()).kind);
      probe.record('thrown', flushes);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange();
      driver.assert.equal('thrown', (await driver.event('thrown')).data, ['none', 'none']);
    },
  },
];

function recordLength(probe: Parameters<ServerCheck['app']>[0]): ReturnType<ServerCheck['app']> {
  return (environ, startResponse) => {
    const declared = environ.CONTENT_LENGTH;
    probe.record('length', [declared, environ['tsgi.input'].read().length]);
    return answering(probe)(environ, startResponse);
  };
}

async function lengths(driver: Driver): Promise<readonly unknown[]> {
  return (await driver.event('length')).data as readonly unknown[];
}

/** Records what reading the whole input gives or throws, and answers all the same. */
export function recordRead(
  probe: Parameters<ServerCheck['app']>[0],
): ReturnType<ServerCheck['app']> {
  return (environ, startResponse) => {
    try {
      const body = fromBytes(environ['tsgi.input'].read());
      probe.record('read', { body, buffered: environ['tsgi.input_buffered'] });
    } catch (error) {
      probe.record('read', describeThrown(error));
    }
    return answering(probe)(environ, startResponse);
  };
}

/** The body that `recordRead` has recorded; undefined where reading threw. */
export async function bodyRead(driver: Driver): Promise<unknown> {
  const { data } = await driver.event('read');
  return (data as { readonly body?: string }).body;
}
