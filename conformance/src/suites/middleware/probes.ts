/** Rule 1: the applications that middleware is put around are rows of this table. */
import { fileURLToPath } from 'node:url';
import type {
  AsyncApplication,
  Body,
  Environ,
  HeaderList,
  StartResponse,
  StatusLine,
} from '@tsgi/types';
import type { MemoryRequest } from '../../memory/memory-request.ts';
import { concatBytes, fromBytes, toBytes } from '../../wire/byte-string.ts';
import { BODY_ERROR, traceArray, traceBody } from './traced-body.ts';
import type { BodyShape, Note } from './traced-body.ts';

/** One call of an application of the kit. */
export interface ProbeCall {
  readonly environ: Environ;
  readonly start: StartResponse;
  /** Appends an event of the inner side. */
  readonly note: Note;
  /** Serves another request through the same middleware, and comes back when it is served. */
  readonly again: () => void | Promise<void>;
}

/** One application to put middleware around. */
export interface InnerProbe {
  readonly id: string;
  /** What it does, as messages name it. */
  readonly title: string;
  /** `shape`: a body of an unusual kind. `lazy`: it begins late. `feature`: for P6 alone. */
  readonly kind?:
    | 'shape'
    | 'lazy'
    | 'feature'
    | 'fails'
    | 'input'
    | 'echo'
    | 'lazy-echo'
    | 'reenters';
  readonly profile?: 'async';
  /** Without the lints, which would hide what kind of value it is. */
  readonly bare?: boolean;
  readonly answer: (call: ProbeCall) => ReturnType<AsyncApplication>;
}

/** What middleware is asked where its author names no requests. */
export const MIDDLEWARE_REQUESTS: readonly MemoryRequest[] = [
  {
    method: 'GET',
    target: '/probe/page?x=1',
    headers: [
      ['Accept', '*/*'],
      ['Accept-Encoding', 'gzip, deflate, br'],
      ['User-Agent', 'tsgi-conformance'],
      ['Cookie', 'a=b'],
    ],
  },
  {
    method: 'POST',
    target: '/probe/form',
    headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    body: 'name=tsgi&text=one+two+three&number=4711',
  },
  {
    method: 'POST',
    target: '/probe/form',
    headers: [['Content-Type', 'application/json']],
    body: '{"name":"tsgi","text":"one two three"}',
  },
  {
    method: 'POST',
    target: '/probe/form',
    headers: [['Content-Type', 'multipart/form-data; boundary=part']],
    body: '--part\r\nContent-Disposition: form-data; name="name"\r\n\r\ntsgi\r\n--part--\r\n',
  },
  {
    method: 'POST',
    target: '/probe/form',
    headers: [['Content-Type', 'application/octet-stream']],
    body: 'octets of an upload; '.repeat(4000),
  },
];

const TEXT: HeaderList = [['Content-Type', 'text/plain']];
const THREE: readonly string[] = ['first ', 'second ', 'third'];
const SMALL_STEPS = 100;
const DATE = 'Tue, 15 Nov 1994 12:45:26 GMT';

/** One chunk of it all: middleware may cut a request body into as many as it likes. */
export function join(parts: readonly Uint8Array[]): string {
  return fromBytes(concatBytes(parts));
}

const sized = (length: number): HeaderList => [...TEXT, ['Content-Length', String(length)]];

/** Begins with a status and answers with a body that tells what is done to it. */
const answering =
  (status: StatusLine, headers: HeaderList, shape: BodyShape) =>
  ({ start, note }: ProbeCall): Body => {
    start(status, headers);
    return traceBody(note, shape);
  };

/** What an asynchronous probe does where it is called in the synchronous profile. */
export function answerAtOnce(call: ProbeCall): Body {
  return answering('200 OK', TEXT, { chunks: THREE })(call);
}

/** The probes of both profiles: what every middleware has to get along with. */
export const PROBES: readonly InnerProbe[] = [
  {
    id: 'array',
    title: 'an Array of one chunk, with its length',
    answer: ({ start, note }) => {
      start('200 OK', sized(5));
      return traceArray(note, ['hello']);
    },
  },
  {
    id: 'array-of-three',
    title: 'an Array of three chunks',
    answer: ({ start, note }) => {
      start('200 OK', TEXT);
      return traceArray(note, THREE);
    },
  },
  {
    id: 'empty-array',
    title: 'an empty Array',
    answer: ({ start, note }) => {
      start('200 OK', TEXT);
      return traceArray(note, []);
    },
  },
  {
    id: 'closable',
    title: 'a body with return() and close(), with its length',
    answer: answering('200 OK', sized(18), { chunks: THREE }),
  },
  {
    id: 'unsized',
    title: 'a body with close() and without its length',
    answer: answering('200 OK', [...TEXT, ['X-A', '1'], ['X-A', '2']], { chunks: THREE }),
  },
  {
    id: 'empty-chunks',
    title: 'a body with empty chunks',
    answer: answering('200 OK', TEXT, { chunks: ['', 'first ', '', 'second'] }),
  },
  {
    id: 'not-found',
    title: 'a page with status 404',
    answer: answering('404 Not Found', TEXT, { chunks: ['no such page'] }),
  },
  {
    id: 'no-content',
    title: 'status 204',
    answer: answering('204 No Content', [], { chunks: [] }),
  },
  {
    id: 'not-modified',
    title: 'status 304',
    answer: answering('304 Not Modified', [['ETag', '"a"']], { chunks: [] }),
  },
  {
    id: 'reset-content',
    title: 'status 205',
    answer: answering('205 Reset Content', [], { chunks: [] }),
  },
  {
    id: 'validated',
    title: 'a page with validators, whatever it was asked',
    answer: answering('200 OK', [...sized(18), ['ETag', '"a"'], ['Last-Modified', DATE]], {
      chunks: THREE,
    }),
  },
  {
    id: 'large',
    title: 'a chunk of 100,000 octets after a small one',
    answer: answering('200 OK', sized(100_006), {
      chunks: ['first ', 'octets '.repeat(14_285) + 'and x'],
    }),
  },
  {
    id: 'set',
    title: 'a Set of chunks',
    kind: 'shape',
    bare: true,
    answer: ({ start }) => {
      start('200 OK', TEXT);
      return new Set(THREE.map(toBytes));
    },
  },
  {
    id: 'bare-iterator',
    title: 'a body whose iterator has no return()',
    kind: 'shape',
    bare: true,
    answer: answering('200 OK', TEXT, { chunks: THREE, returns: false }),
  },
  {
    id: 'generator',
    title: 'a generator',
    kind: 'shape',
    bare: true,
    answer: ({ start }) => {
      start('200 OK', TEXT);
      return THREE.map(toBytes)[Symbol.iterator]();
    },
  },
  {
    id: 'lazy',
    title: 'a body that calls startResponse when it is pulled',
    kind: 'lazy',
    answer: ({ start, note }) =>
      traceBody(note, {
        chunks: ['', ...THREE],
        onPull: (ordinal) => {
          if (ordinal === 2) start('200 OK', TEXT);
        },
      }),
  },
  {
    id: 'throws-at-once',
    title: 'an error in place of a body',
    kind: 'fails',
    answer: ({ note }) => {
      note('threw');
      throw BODY_ERROR;
    },
  },
  {
    id: 'throws-in-body',
    title: 'a body that throws after its first chunk',
    kind: 'fails',
    answer: answering('200 OK', TEXT, { chunks: THREE, throwsAt: 2 }),
  },
  {
    id: 'replaces',
    title: 'an error page in place of a page that had begun',
    kind: 'fails',
    answer: ({ start, note }) => {
      start('200 OK', TEXT);
      return traceBody(note, {
        chunks: ['', 'an error page'],
        onPull: (ordinal) => {
          if (ordinal === 2) start('500 Internal Server Error', TEXT, BODY_ERROR);
        },
      });
    },
  },
  {
    id: 'replaces-by-null',
    title: 'an error page whose error is null',
    kind: 'fails',
    answer: ({ start, note }) => {
      start('200 OK', TEXT);
      start('500 Internal Server Error', TEXT, null);
      return traceBody(note, { chunks: ['an error page'] });
    },
  },
  {
    id: 'late-error',
    title: 'an error after the first chunk',
    kind: 'fails',
    answer: ({ start, note }) => {
      start('200 OK', TEXT);
      return traceBody(note, {
        chunks: ['first ', 'second'],
        onPull: (ordinal) => {
          if (ordinal < 2) return;
          start('500 Internal Server Error', TEXT, BODY_ERROR);
          note('error accepted late');
        },
      });
    },
  },
  {
    id: 'reads-input',
    title: 'the request body, read in steps of seven octets, a long one in larger ones at last',
    kind: 'input',
    answer: ({ environ, start, note }) => {
      const parts: Uint8Array[] = [];
      const input = environ['tsgi.input'];
      const step = (): number => (parts.length < SMALL_STEPS ? 7 : 4096);
      for (let part = input.read(step()); part.length > 0; part = input.read(step())) {
        parts.push(part);
      }
      start('200 OK', TEXT);
      return traceBody(note, { chunks: [join([...parts, input.read()])] });
    },
  },
  {
    id: 'asks-oddly',
    title: 'the request body, read with sizes of 0, below 0, of a half and beyond the end',
    kind: 'input',
    answer: ({ environ, start, note }) => {
      const input = environ['tsgi.input'];
      const parts = [input.read(0), input.read(3)];
      for (const size of [-1, 0.5]) {
        try {
          parts.push(input.read(size));
        } catch {
          note('refused', size);
        }
      }
      parts.push(...input, input.read(5), input.read());
      start('200 OK', TEXT);
      return traceBody(note, { chunks: [join(parts)] });
    },
  },
  {
    id: 'iterates-input',
    title: 'the request body, iterated',
    kind: 'input',
    answer: ({ environ, start, note }) => {
      const parts = [...environ['tsgi.input']];
      start('200 OK', TEXT);
      return traceBody(note, { chunks: [join(parts)] });
    },
  },
  {
    id: 'echo',
    title: 'what it was asked for',
    kind: 'echo',
    answer: ({ environ, start, note }) => {
      const asked = environ['HTTP_X_TSGI_CONFORMANCE'] ?? '';
      start('200 OK', [...TEXT, ['X-Tsgi-Conformance', asked]]);
      return traceBody(note, { chunks: ['asked for ', environ.QUERY_STRING, ' ', asked] });
    },
  },
  {
    id: 'echo-later',
    title: 'what it was asked for, begun when it is pulled',
    kind: 'lazy-echo',
    answer: ({ environ, start, note }) => {
      const asked = environ['HTTP_X_TSGI_CONFORMANCE'] ?? '';
      return traceBody(note, {
        chunks: ['asked for ', environ.QUERY_STRING, ' ', asked],
        onPull: (ordinal) => {
          if (ordinal === 1) start('200 OK', [...TEXT, ['X-Tsgi-Conformance', asked]]);
        },
      });
    },
  },
  {
    id: 'reenters',
    title: 'a body that calls its own middleware again while it is pulled',
    kind: 'reenters',
    answer: ({ environ, start, note, again }) => {
      const asked = environ['HTTP_X_TSGI_CONFORMANCE'] ?? '';
      start('200 OK', TEXT);
      return traceBody(note, {
        chunks: ['asked for ', asked],
        onPull: (ordinal) => (ordinal === 2 ? again() : undefined),
      });
    },
  },
  {
    id: 'file',
    title: 'a file',
    kind: 'feature',
    answer: ({ environ, start, note }) => {
      start('200 OK', TEXT);
      const body = environ['tsgi.file_wrapper']?.(LICENCE, { offset: 3, length: 100 });
      if (body === undefined) return new Set([toBytes('no tsgi.file_wrapper')]);
      const close = body.close?.bind(body);
      body.close = () => {
        note('close');
        close?.();
      };
      return body;
    },
  },
  {
    id: 'flushes',
    title: 'headers that are flushed before the first chunk',
    kind: 'feature',
    answer: ({ environ, start, note }) => {
      start('200 OK', TEXT);
      try {
        environ['tsgi.flush_headers']?.();
      } catch (error) {
        note('flush threw', String(error));
      }
      return traceBody(note, { chunks: ['after the flush'] });
    },
  },
  {
    id: 'listens',
    title: 'a body that watches tsgi.signal',
    kind: 'feature',
    answer: ({ environ, start, note }) => {
      start('200 OK', TEXT);
      environ['tsgi.signal']?.addEventListener('abort', () => note('aborted'));
      if (environ['tsgi.signal'] !== undefined) note('listening');
      return traceBody(note, { chunks: THREE });
    },
  },
];

const LICENCE = fileURLToPath(new URL('../../../LICENSE', import.meta.url));
