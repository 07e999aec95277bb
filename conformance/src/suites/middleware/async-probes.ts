import { toBytes } from '../../wire/byte-string.ts';
import { join } from './probes.ts';
import type { InnerProbe } from './probes.ts';
import { BODY_ERROR, traceArray, traceAsyncBody, traceBody } from './traced-body.ts';

const TEXT = [['Content-Type', 'text/plain']] as const;
const THREE: readonly string[] = ['first ', 'second ', 'third'];

/** What middleware of the asynchronous profile has to get along with besides. */
export const ASYNC_PROBES: readonly InnerProbe[] = [
  {
    id: 'promise-of-array',
    title: 'a promise of an Array',
    profile: 'async',
    answer: async ({ start, note }) => {
      await new Promise(setImmediate);
      start('200 OK', TEXT);
      return traceArray(note, THREE);
    },
  },
  {
    id: 'promise-of-body',
    title: 'a promise of a synchronous body',
    profile: 'async',
    answer: async ({ start, note }) => {
      start('200 OK', TEXT);
      return traceBody(note, { chunks: THREE });
    },
  },
  {
    id: 'async-body',
    title: 'an asynchronous body',
    profile: 'async',
    answer: ({ start, note }) => {
      start('200 OK', TEXT);
      return traceAsyncBody(note, { chunks: THREE });
    },
  },
  {
    id: 'thenable-of-async-body',
    title: 'a thenable of an asynchronous body',
    profile: 'async',
    bare: true,
    answer: ({ start, note }) => {
      start('200 OK', TEXT);
      const body = traceAsyncBody(note, { chunks: THREE });
      const promise = Promise.resolve(body);
      // oxlint-disable-next-line unicorn/no-thenable -- a thenable that is no promise
      return { then: (...handlers) => promise.then(...handlers) };
    },
  },
  {
    id: 'async-generator',
    title: 'an asynchronous generator',
    profile: 'async',
    answer: ({ start }) => {
      return (async function* generate() {
        start('200 OK', TEXT);
        for (const chunk of THREE) yield toBytes(chunk);
      })();
    },
  },
  {
    id: 'async-empty-chunks',
    title: 'an asynchronous body with empty chunks',
    profile: 'async',
    answer: ({ start, note }) => {
      start('200 OK', TEXT);
      return traceAsyncBody(note, { chunks: ['', 'first ', '', 'second'] });
    },
  },
  {
    id: 'rejects',
    title: 'a promise that is rejected',
    profile: 'async',
    kind: 'fails',
    answer: async ({ note }) => {
      await new Promise(setImmediate);
      note('threw');
      throw BODY_ERROR;
    },
  },
  {
    id: 'async-throws-in-body',
    title: 'an asynchronous body that rejects after its first chunk',
    profile: 'async',
    kind: 'fails',
    answer: ({ start, note }) => {
      start('200 OK', TEXT);
      return traceAsyncBody(note, { chunks: THREE, throwsAt: 2 });
    },
  },
  {
    id: 'async-reads-input',
    title: 'the request body, read from tsgi.async_input where it is there',
    profile: 'async',
    kind: 'input',
    answer: async ({ environ, start, note }) => {
      const parts: Uint8Array[] = [];
      const stream = environ['tsgi.async_input'];
      if (stream === undefined) parts.push(environ['tsgi.input'].read());
      else for await (const part of stream) parts.push(part);
      start('200 OK', TEXT);
      return traceBody(note, { chunks: [join(parts)] });
    },
  },
  {
    id: 'async-reads-buffered',
    title: 'the request body, read from tsgi.input where tsgi.input_buffered says that it can be',
    profile: 'async',
    kind: 'input',
    answer: async ({ environ, start, note }) => {
      const parts: Uint8Array[] = [];
      if (environ['tsgi.input_buffered']) parts.push(environ['tsgi.input'].read());
      else for await (const part of environ['tsgi.async_input'] ?? []) parts.push(part);
      start('200 OK', TEXT);
      return traceBody(note, { chunks: [join(parts)] });
    },
  },
  {
    id: 'async-echo',
    title: 'what it was asked for, asynchronously',
    profile: 'async',
    kind: 'echo',
    answer: ({ environ, start, note }) => {
      const asked = environ['HTTP_X_TSGI_CONFORMANCE'] ?? '';
      start('200 OK', [...TEXT, ['X-Tsgi-Conformance', asked]]);
      return traceAsyncBody(note, { chunks: ['asked for ', environ.QUERY_STRING, ' ', asked] });
    },
  },
  {
    id: 'async-reenters',
    title: 'an asynchronous body that calls its own middleware again while it is pulled',
    profile: 'async',
    kind: 'reenters',
    answer: ({ environ, start, note, again }) => {
      const asked = environ['HTTP_X_TSGI_CONFORMANCE'] ?? '';
      start('200 OK', TEXT);
      return traceAsyncBody(note, {
        chunks: ['asked for ', asked],
        onPull: (ordinal) => (ordinal === 2 ? again() : undefined),
      });
    },
  },
];
