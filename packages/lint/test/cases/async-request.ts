// Broken applications of the asynchronous profile, and broken inputs, each in one way.

import type { AsyncApplication, Environ } from '@tsgi/types';
import { StreamedInput } from '../async-gateway.ts';
import { coded, type RequestOptions } from '../gateway.ts';
import { type AsyncCase, responding } from './async-case.ts';
import { HELLO } from './case.ts';

const reading =
  (read: (environ: Environ) => Promise<unknown>): AsyncApplication =>
  async (environ, startResponse) => {
    await read(environ).catch(() => {});
    startResponse('400 Bad Request', []);
    return [];
  };

const applicationCases: readonly AsyncCase[] = [
  ...(
    [
      ['a promise', async () => [HELLO], 'a Promise as the body where tsgi.async is false'],
      [
        'an asynchronous body',
        () => (async function* none() {})(),
        'an AsyncGenerator as the body where tsgi.async is false',
      ],
    ] as const
  ).map(
    ([what, make, got]): AsyncCase => ({
      name: `returns ${what} although tsgi.async is false`,
      rule: 'ASYNC-HONOUR',
      blame: 'application',
      got,
      application: responding(make),
      request: () => ({ environ: { 'tsgi.async': false } }),
    }),
  ),
  {
    name: 'promises a string',
    rule: 'APP-RETURN',
    blame: 'application',
    got: 'the string "hello" as the body',
    application: responding(async () => 'hello'),
  },
  {
    name: 'yields text asynchronously',
    rule: 'APP-CHUNK-TYPE',
    blame: 'application',
    got: 'the string "hello" as a chunk',
    application: responding(() =>
      (async function* text() {
        yield 'hello';
      })(),
    ),
  },
  {
    name: 'makes an asynchronous iterator that is none',
    rule: 'APP-RETURN',
    blame: 'application',
    got: 'null as the iterator',
    application: responding(() => ({ [Symbol.asyncIterator]: () => null })),
  },
  {
    name: 'gives an asynchronous result that is no object',
    rule: 'APP-RETURN',
    blame: 'application',
    got: 'the number 5 as the result of next()',
    application: responding(() => ({ [Symbol.asyncIterator]: () => ({ next: async () => 5 }) })),
  },
  {
    name: 'never calls startResponse in an asynchronous body',
    rule: 'APP-SR-CALLED',
    blame: 'application',
    got: 'no status at the end',
    application: () => (async function* none() {})(),
  },
  {
    name: 'fills one buffer again and again, asynchronously',
    rule: 'APP-CHUNK-IMMUTABLE',
    blame: 'application',
    got: 'chunk 1 with other octets than when it was yielded',
    application: async function* reusing(_environ, startResponse) {
      const buffer = new Uint8Array(4);
      startResponse('200 OK', []);
      yield buffer.fill(65);
      yield buffer.fill(66);
    },
  },
  {
    name: 'answers 200 after the streamed input has failed',
    rule: 'APP-INPUT-ERROR',
    blame: 'application',
    got: 'status 200 after the error "Error: ERR_TSGI_INPUT_ABORTED"',
    application: async (environ, startResponse) => {
      await drain(environ['tsgi.async_input']).catch(() => {});
      startResponse('200 OK', []);
      return [HELLO];
    },
    request: () => streaming(new StreamedInput([], coded('ERR_TSGI_INPUT_ABORTED'))),
  },
  {
    name: 'asks for two chunks of the input at once',
    rule: 'ASYNC-INPUT-ORDER',
    blame: 'application',
    got: 'next() while an earlier call is unsettled',
    application: reading(async (environ) => {
      const iterator = environ['tsgi.async_input']?.[Symbol.asyncIterator]();
      await Promise.all([iterator?.next(), iterator?.next()]);
    }),
    request: () => streaming(new StreamedInput(['a', 'b'])),
  },
];

const streaming = (input: AsyncIterable<unknown>, entries: object = {}): RequestOptions => ({
  environ: { 'tsgi.async_input': input, ...entries },
});

async function drain(input: AsyncIterable<Uint8Array> = new StreamedInput([])): Promise<number> {
  let total = 0;
  for await (const chunk of input) {
    total += chunk.byteLength;
  }
  return total;
}

/** Gives these results one after the other: chunks, errors to reject with, or null for the end. */
function scripted(...results: readonly unknown[]): AsyncIterable<unknown> {
  const left = [...results];
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const value = left.shift();
        if (value instanceof Error) {
          throw value;
        }
        return value === null || value === undefined
          ? { done: true, value: undefined }
          : { done: false, value };
      },
    }),
  };
}

const twice = async (environ: Environ): Promise<void> => {
  const iterator = environ['tsgi.async_input']?.[Symbol.asyncIterator]();
  await iterator?.next().catch(() => {});
  await iterator?.next();
};

const reused = new Uint8Array(2);

const inputCases: readonly AsyncCase[] = (
  [
    [
      'yields an empty chunk of the input',
      'ASYNC-INPUT-CHUNK',
      'a Uint8Array of 0 as a chunk',
      () => streaming(scripted(new Uint8Array(0))),
      (environ: Environ) => drain(environ['tsgi.async_input']),
    ],
    [
      'yields text as the input',
      'ASYNC-INPUT-CHUNK',
      'the string "a" as a chunk',
      () => streaming(scripted('a')),
      (environ: Environ) => drain(environ['tsgi.async_input']),
    ],
    [
      'reuses a chunk of the input',
      'ASYNC-INPUT-CHUNK',
      'chunk 1 changed while the next one was read',
      () =>
        streaming({
          async *[Symbol.asyncIterator]() {
            yield reused.fill(1);
            yield reused.fill(2);
          },
        }),
      (environ: Environ) => drain(environ['tsgi.async_input']),
    ],
    [
      'streams less than CONTENT_LENGTH',
      'ASYNC-INPUT-END',
      '2 octets read where CONTENT_LENGTH is 3',
      () => streaming(new StreamedInput(['ab']), { CONTENT_LENGTH: '3' }),
      (environ: Environ) => drain(environ['tsgi.async_input']),
    ],
    [
      'streams more than CONTENT_LENGTH',
      'INP-LENGTH',
      '2 octets read where CONTENT_LENGTH is 1',
      () => streaming(new StreamedInput(['ab']), { CONTENT_LENGTH: '1' }),
      (environ: Environ) => drain(environ['tsgi.async_input']),
    ],
    [
      'ends the input after it was cut short',
      'ASYNC-INPUT-ABORT',
      'a result after the error "Error: ERR_TSGI_INPUT_ABORTED"',
      () => streaming(scripted(coded('ERR_TSGI_INPUT_ABORTED'), null)),
      twice,
    ],
    [
      'goes on with the input after it was too large',
      'ASYNC-INPUT-LIMIT',
      'a result after the error "Error: ERR_TSGI_INPUT_TOO_LARGE"',
      () => streaming(scripted(coded('ERR_TSGI_INPUT_TOO_LARGE'), HELLO)),
      twice,
    ],
    [
      'gives two iterators of the input',
      'ASYNC-INPUT-LOCK',
      'an iterator of tsgi.async_input after an earlier iterator',
      () => streaming(scripted()),
      async (environ: Environ) => [
        environ['tsgi.async_input']?.[Symbol.asyncIterator](),
        environ['tsgi.async_input']?.[Symbol.asyncIterator](),
      ],
    ],
    [
      'lets the input be read in both ways',
      'ASYNC-INPUT-LOCK',
      'an iterator of tsgi.async_input after a use of tsgi.input',
      () => ({}),
      async (environ: Environ) => [
        environ['tsgi.input'].read(),
        environ['tsgi.async_input']?.[Symbol.asyncIterator](),
      ],
    ],
    [
      'lets the input be read in both ways the other way round',
      'ASYNC-INPUT-LOCK',
      'a use of tsgi.input after one of tsgi.async_input',
      () => ({}),
      async (environ: Environ) => [
        environ['tsgi.async_input']?.[Symbol.asyncIterator](),
        environ['tsgi.input'].read(),
      ],
    ],
    [
      'lets an input be read that is not buffered',
      'ASYNC-INPUT-UNBUFFERED',
      'a use of tsgi.input that did not throw',
      () => ({ environ: { 'tsgi.input_buffered': false } }),
      async (environ: Environ) => environ['tsgi.input'].read(),
    ],
  ] as const
).map(
  ([name, rule, got, request, read]): AsyncCase => ({
    name,
    rule,
    blame: 'server',
    got,
    application: reading(read),
    request,
  }),
);

/** Every fault of an asynchronous application or its input that the lint has to catch. */
export const ASYNC_REQUEST_CASES: readonly AsyncCase[] = [...applicationCases, ...inputCases];
