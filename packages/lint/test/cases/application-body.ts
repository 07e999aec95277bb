// Applications whose body is wrong, each in one way, under a sound server.

import { octets } from '../gateway.ts';
import { type ApplicationCase, HELLO, OK, returns, yields } from './case.ts';

/** A chunk with properties that do not agree with what it holds. */
const shortened = (chunk: Uint8Array, length: number): Uint8Array =>
  Object.defineProperties(chunk.slice(), {
    length: { value: length },
    byteLength: { value: length },
  });

const contentCases: readonly ApplicationCase[] = [
  ...(
    [
      ['a string', 'hello', 'the string "hello" as the body'],
      ['a Uint8Array', HELLO, 'a Uint8Array of 5 as the body'],
      ['another typed array', new Uint16Array(2), 'a Uint16Array as the body'],
      ['null', null, 'null as the body'],
      ['nothing', undefined, 'undefined as the body'],
      ['a number', 5, 'the number 5 as the body'],
      ['a function', () => [], 'a function as the body'],
      ['an object', {}, 'an Object as the body'],
      ['a promise', Promise.resolve([HELLO]), 'a Promise as the body'],
    ] as const
  ).map(
    ([what, body, got]): ApplicationCase => ({
      name: `returns ${what}`,
      rule: 'APP-RETURN',
      got,
      application: returns(body),
    }),
  ),
  {
    name: 'returns an asynchronous body',
    rule: 'APP-RETURN',
    got: 'an AsyncGenerator as the body',
    application: returns((async function* none() {})()),
  },
  {
    name: 'makes an iterator that is none',
    rule: 'APP-RETURN',
    got: 'the number 5 as the iterator',
    application: returns({ [Symbol.iterator]: () => 5 }),
  },
  {
    name: 'gives an iterator result that is no object',
    rule: 'APP-RETURN',
    got: 'the number 5 as the result of next()',
    application: returns({ [Symbol.iterator]: () => ({ next: () => 5 }) }),
  },
  ...(
    [
      ['a string', 'hello', 'the string "hello" as a chunk'],
      ['numbers', [104, 105], 'an array of 2 as a chunk'],
      ['an ArrayBuffer', new ArrayBuffer(2), 'an ArrayBuffer as a chunk'],
      ['another typed array', new Uint8ClampedArray(2), 'a Uint8ClampedArray as a chunk'],
      ['null', null, 'null as a chunk'],
    ] as const
  ).flatMap(([what, chunk, got]): ApplicationCase[] => [
    {
      name: `yields ${what}`,
      rule: 'APP-CHUNK-TYPE',
      got,
      application: yields(function* wrong(startResponse) {
        startResponse(OK, []);
        yield chunk;
      }),
    },
    {
      name: `returns an Array of ${what}`,
      rule: 'APP-CHUNK-TYPE',
      got,
      application: returns([chunk]),
    },
  ]),
  {
    name: 'fills one buffer again and again',
    rule: 'APP-CHUNK-IMMUTABLE',
    got: 'chunk 1 with other octets than when it was yielded',
    application: yields(function* reusing(startResponse) {
      const buffer = new Uint8Array(4);
      startResponse(OK, []);
      yield buffer.fill(65);
      yield buffer.fill(66);
    }),
  },
  {
    name: 'changes its last chunk when it ends',
    rule: 'APP-CHUNK-IMMUTABLE',
    got: 'chunk 1 with other octets than when it was yielded',
    application: yields(function* reusing(startResponse) {
      const buffer = octets('abc');
      startResponse(OK, []);
      yield buffer;
      buffer[2] = 0;
    }),
  },
  {
    name: 'changes an element of its Array in close()',
    rule: 'APP-CHUNK-IMMUTABLE',
    got: 'chunk 2 with other octets than when it was yielded',
    application: (_environ, startResponse) => {
      const last = octets('abc');
      startResponse(OK, []);
      return Object.assign([HELLO, last], { close: () => void last.fill(0) });
    },
  },
];

const lengthCases: readonly ApplicationCase[] = [
  {
    name: 'yields more octets than its Content-Length',
    rule: 'APP-CL-MATCH',
    got: '10 octets where Content-Length is 6',
    application: yields(function* over(startResponse) {
      startResponse(OK, [['Content-Length', '6']]);
      yield HELLO;
      yield HELLO;
    }),
  },
  {
    name: 'yields fewer octets than its Content-Length',
    rule: 'APP-CL-MATCH',
    got: '5 octets where Content-Length is 6',
    application: yields(function* under(startResponse) {
      startResponse(OK, [['content-length', '6']]);
      yield HELLO;
    }),
  },
  {
    name: 'returns an Array of another length than its Content-Length',
    rule: 'APP-CL-MATCH',
    got: '10 octets where Content-Length is 11',
    application: returns([HELLO, HELLO], [['Content-Length', '11']]),
  },
  ...(['204 No Content', '205 Reset Content', '304 Not Modified'] as const).map(
    (status): ApplicationCase => ({
      name: `yields content with status ${status}`,
      rule: 'APP-NOBODY',
      got: `a chunk with status ${status.slice(0, 3)}`,
      application: returns(new Set([HELLO]), [], status),
    }),
  ),
  {
    name: 'returns an Array of content with status 204',
    rule: 'APP-NOBODY',
    got: 'a chunk with status 204',
    application: returns([HELLO, octets('again')], [], '204 No Content'),
  },
  {
    name: 'yields a chunk that says that it is shorter than it is',
    rule: 'APP-CL-MATCH',
    got: '5 octets where Content-Length is 2',
    application: returns(new Set([shortened(HELLO, 2)]), [['Content-Length', '2']]),
  },
  {
    name: 'returns an Array whose own iterator gives other chunks',
    rule: 'APP-CL-MATCH',
    got: '5 octets where Content-Length is 2',
    application: returns(
      Object.assign([HELLO], { [Symbol.iterator]: () => [octets('ab')].values() }),
      [['Content-Length', '2']],
    ),
  },
  {
    name: 'yields other octets than its region has',
    rule: 'FILE-REGION',
    got: '5 octets where tsgi.file has 4',
    application: returns(
      Object.assign(new Set([HELLO]), { 'tsgi.file': { fd: 3, offset: 0, length: 4 } }),
    ),
  },
];

/** Every application that the lint has to catch by its body. */
export const BODY_CASES: readonly ApplicationCase[] = [...contentCases, ...lengthCases];
