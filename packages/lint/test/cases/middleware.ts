// Middleware, sound and broken, around a sound application.

import type { Application, Body, Environ, Middleware } from '@tsgi/types';
import type { MiddlewareLicence, RuleId } from '../../src/index.ts';
import { coded, octets, type RequestOptions } from '../gateway.ts';
import { HELLO, OK } from './case.ts';

const WORLD = octets('world');

/** @yields Two chunks. */
export const generated: Application = function* generate(_environ, startResponse) {
  startResponse(OK, []);
  yield HELLO;
  yield WORLD;
};

const array: Application = (_environ, startResponse) => {
  startResponse(OK, [['Content-Length', '5']]);
  return [HELLO];
};

const failing: Application = () => {
  throw new Error('broken');
};

const breaking: Application = function* broken(_environ, startResponse) {
  startResponse(OK, []);
  yield HELLO;
  throw new Error('broken');
};

const replacing: Application = function* replace(_environ, startResponse) {
  startResponse(OK, []);
  yield new Uint8Array(0);
  startResponse('500 Oops', [], new Error('late'));
  yield HELLO;
};

const closable: Application = (_environ, startResponse) => {
  startResponse(OK, []);
  const body: Body = { [Symbol.iterator]: () => [HELLO, WORLD].values(), close() {} };
  return body;
};

/** One middleware, and the application and request that show what is right or wrong with it. */
export interface MiddlewareCase {
  readonly name: string;
  readonly middleware: Middleware;
  readonly application?: Application;
  readonly request?: RequestOptions;
  readonly licence?: MiddlewareLicence;
}

/** A broken middleware. */
export interface BrokenMiddleware extends MiddlewareCase {
  readonly rule: RuleId;
  /** Part of what the finding says was got. */
  readonly got: string;
}

const forward = (inner: Body, map: (chunk: Uint8Array) => Uint8Array): Body => ({
  *[Symbol.iterator]() {
    for (const chunk of inner) {
      yield map(chunk);
    }
  },
  close() {
    inner.close?.();
  },
});

const same = (chunk: Uint8Array): Uint8Array => chunk;

const flushing: Application = (environ, startResponse) => {
  startResponse(OK, []);
  environ['tsgi.flush_headers']?.();
  return [HELLO];
};

/** Puts other entries into the environ that it passes on. */
const replacingEntries =
  (entries: Partial<Environ>): Middleware =>
  (application) =>
  (environ, startResponse) =>
    application(copy(environ, entries), startResponse);

const joined = (chunks: Iterable<Uint8Array>): Uint8Array => Buffer.concat([...chunks]);

/** Answers once the inner body is there as a whole. */
const buffering: Middleware = (application) => (environ, startResponse) => {
  const inner = application(environ, startResponse);
  const whole = joined(inner);
  return Object.assign([whole], { close: () => inner.close?.() });
};

export const copy = (environ: Environ, changes: Partial<Environ>): Environ =>
  Object.assign(Object.create(null), environ, changes);

/** Middleware in which nothing is to be found. */
export const SOUND_MIDDLEWARE: readonly MiddlewareCase[] = [
  {
    name: 'rewrites a field and withholds tsgi.raw_headers',
    middleware: (application) => (environ, startResponse) => {
      const inner = copy(environ, { HTTP_HOST: 'other.test' });
      delete inner['tsgi.raw_headers'];
      return application(inner, startResponse);
    },
    request: { environ: { 'tsgi.raw_headers': [['Host', 'example.test']] } },
  },
  { name: 'passes everything on', middleware: (application) => application },
  { name: 'passes an Array on', middleware: (application) => application, application: array },
  {
    name: 'maps chunks',
    middleware: (application) => (environ, startResponse) =>
      forward(application(environ, startResponse), same),
  },
  {
    name: 'answers by itself',
    middleware: () => (_environ, startResponse) => {
      startResponse('403 Forbidden', []);
      return [HELLO];
    },
  },
  {
    name: 'adds a header',
    middleware: (application) => (environ, startResponse) =>
      application(environ, (status, headers, error) => {
        startResponse(status, [...headers, ['X-A', 'b']], error);
      }),
    application: replacing,
  },
  {
    name: 'answers with an error page',
    middleware: (application) => (environ, startResponse) => {
      try {
        return application(environ, startResponse);
      } catch (error) {
        startResponse('500 Oops', [], error);
        return [HELLO];
      }
    },
    application: failing,
  },
  {
    name: 'buffers, as it is documented to',
    middleware: buffering,
    licence: { buffers: true },
  },
  {
    name: 'mounts',
    middleware: (application) => (environ, startResponse) =>
      application(copy(environ, { SCRIPT_NAME: '/a', PATH_INFO: '/b' }), startResponse),
    request: { environ: { PATH_INFO: '/a/b' } },
  },
  {
    name: 'rewrites a path',
    middleware: (application) => (environ, startResponse) => {
      environ.PATH_INFO = '/elsewhere';
      return application(environ, startResponse);
    },
  },
  {
    name: 'holds the status back until the first chunk',
    middleware: (application) => (environ, startResponse) => {
      let begin: (() => void) | undefined;
      const inner = application(environ, (status, headers, error) => {
        begin = () => startResponse(status, headers, error);
      });
      return forward(inner, (chunk) => {
        begin?.();
        begin = undefined;
        return chunk;
      });
    },
  },
];

/** Every middleware that two lints together have to catch. */
export const BROKEN_MIDDLEWARE: readonly BrokenMiddleware[] = [
  {
    name: 'calls the inner application twice',
    rule: 'MW-CALL-ONCE',
    got: 'call 2 of the inner application',
    middleware: (application) => (environ, startResponse) => {
      application(copy(environ, {}), () => {}).close?.();
      return application(environ, startResponse);
    },
  },
  {
    name: 'passes an object literal on',
    rule: 'MW-ENV-VALID',
    got: 'an inherited property "constructor" (ENV-PROTO)',
    middleware: (application) => (environ, startResponse) =>
      application({ ...environ }, startResponse),
  },
  {
    name: 'starts a response before the inner one has begun',
    rule: 'MW-SR-FORWARD',
    got: 'an outer response that had begun already',
    middleware: (application) => (environ, startResponse) => {
      const inner = application(environ, () => {});
      startResponse(OK, []);
      return inner;
    },
  },
  {
    name: 'passes another error on',
    rule: 'MW-ERROR',
    got: 'the error "Error: another" in place of the error "Error: late"',
    middleware: (application) => (environ, startResponse) =>
      application(environ, (status, headers, error) => {
        startResponse(status, headers, error === undefined ? error : new Error('another'));
      }),
    application: replacing,
  },
  {
    name: 'supplies an error where there is none',
    rule: 'MW-ERROR',
    got: 'null in place of undefined',
    middleware: (application) => (environ, startResponse) =>
      application(environ, (status, headers, error) => {
        startResponse(status, headers, error ?? null);
      }),
  },
  {
    name: 'swallows a replacement',
    rule: 'MW-ERROR',
    got: 'no call of the outer startResponse with the error "Error: late"',
    middleware: (application) => (environ, startResponse) => {
      let started = false;
      return application(environ, (status, headers) => {
        if (!started) {
          startResponse(status, headers);
        }
        started = true;
      });
    },
    application: replacing,
  },
  {
    name: 'answers 200 where the inner application threw',
    rule: 'MW-EXC',
    got: 'status 200 after the error "Error: broken"',
    middleware: (application) => (environ, startResponse) => {
      try {
        return application(environ, startResponse);
      } catch {
        startResponse(OK, []);
        return [];
      }
    },
    application: failing,
  },
  {
    name: 'ends a broken body as if it were whole',
    rule: 'MW-EXC',
    got: 'status 200 after the error "Error: broken"',
    middleware: (application) => (environ, startResponse) => {
      const inner = application(environ, startResponse);
      return {
        *[Symbol.iterator]() {
          try {
            yield* inner;
          } catch {
            // The client gets half a page and believes that it is whole.
          }
        },
        close: () => inner.close?.(),
      };
    },
    application: breaking,
  },
  {
    name: 'pulls before it is pulled',
    rule: 'MW-LAZY',
    got: 'a pull of the inner body before one of the outer',
    middleware: buffering,
  },
  {
    name: 'takes two inner chunks for one',
    rule: 'MW-NOBLOCK',
    got: '2 inner chunks in one outer pull',
    middleware: (application) => (environ, startResponse) => {
      const inner = application(environ, startResponse);
      return {
        *[Symbol.iterator]() {
          yield joined(inner);
        },
        close: () => inner.close?.(),
      };
    },
  },
  {
    name: 'drops keys from its copy of the environ',
    rule: 'MW-ENV-KEEP',
    got: '"tsgi-lint.trace',
    middleware: (application) => (environ, startResponse) => {
      const known = Object.entries(environ).filter(([key]) => !key.startsWith('tsgi-'));
      return application(
        Object.assign(Object.create(null), Object.fromEntries(known)),
        startResponse,
      );
    },
  },
  {
    name: 'rewrites REQUEST_URI in its copy of the environ',
    rule: 'MW-URI',
    got: 'REQUEST_URI changed to "/other"',
    middleware: (application) => (environ, startResponse) =>
      application(copy(environ, { REQUEST_URI: '/other' }), startResponse),
  },
  {
    name: 'forgets the close() of the inner body',
    rule: 'MW-CLOSE',
    got: 'callbacks without a close() of the body',
    middleware: (application) => (environ, startResponse) => {
      const inner = application(environ, startResponse);
      return { [Symbol.iterator]: () => inner[Symbol.iterator]() };
    },
    application: closable,
  },
  {
    name: 'closes the inner body at its end and again',
    rule: 'MW-CLOSE-ONCE',
    got: 'close() in the state "closed"',
    middleware: (application) => (environ, startResponse) => {
      const inner = application(environ, startResponse);
      return {
        *[Symbol.iterator]() {
          yield* inner;
          inner.close?.();
        },
        close: () => inner.close?.(),
      };
    },
    application: closable,
  },
  {
    name: 'adds a footer and leaves Content-Length as it was',
    rule: 'MW-CL',
    got: '10 octets where Content-Length is 5',
    middleware: (application) => (environ, startResponse) => {
      const inner = application(environ, startResponse);
      return {
        *[Symbol.iterator]() {
          yield* inner;
          yield WORLD;
        },
        close: () => inner.close?.(),
      };
    },
    application: array,
  },
  {
    name: 'holds the status back and leaves tsgi.flush_headers as it is',
    rule: 'FLUSH-MW',
    got: 'an error in the state "set" (FLUSH-COMMIT)',
    middleware: (application) => (environ, startResponse) => {
      const held: Parameters<typeof startResponse>[] = [];
      const inner = application(environ, (...call) => void held.push(call));
      for (const call of held) {
        startResponse(...call);
      }
      return inner;
    },
    application: flushing,
    request: {
      environ: {
        'tsgi.flush_headers': () => {
          throw coded('ERR_TSGI_NOT_STARTED');
        },
      },
    },
  },
  {
    name: 'sets tsgi.async to true in its copy of the environ',
    rule: 'ASYNC-NO-UPGRADE',
    got: 'tsgi.async changed from false to true',
    middleware: replacingEntries({ 'tsgi.async': true }),
  },
  {
    name: 'adds tsgi.tls on the word of a field',
    rule: 'TLS-MW',
    got: 'a new tsgi.tls',
    middleware: replacingEntries({ 'tsgi.tls': { version: 'TLSv1.3' } }),
  },
  {
    name: 'replaces tsgi.tls',
    rule: 'TLS-MW',
    got: 'another tsgi.tls',
    middleware: replacingEntries({ 'tsgi.tls': { version: 'TLSv1.3' } }),
    request: { environ: { 'tsgi.tls': { version: 'TLSv1.2' } } },
  },
  {
    name: 'sorts tsgi.raw_headers',
    rule: 'RAW-KEEP',
    got: 'a tsgi.raw_headers that is not as it was',
    middleware: (application) => (environ, startResponse) => {
      const fields = [...(environ['tsgi.raw_headers'] ?? [])];
      return application(copy(environ, { 'tsgi.raw_headers': fields.toReversed() }), startResponse);
    },
    request: { environ: { 'tsgi.raw_headers': [['Host', 'example.test']] } },
  },
  {
    name: 'rewrites a field and leaves tsgi.raw_headers as it is',
    rule: 'RAW-WITHHOLD',
    got: 'tsgi.raw_headers beside a changed HTTP_HOST',
    middleware: replacingEntries({ HTTP_HOST: 'other.test' }),
    request: { environ: { 'tsgi.raw_headers': [['Host', 'example.test']] } },
  },
  {
    name: 'replaces tsgi.signal by one that knows nothing of the client',
    rule: 'SIGNAL-MW',
    got: 'a signal that did not abort when the outer one did',
    middleware: (application) => (environ, startResponse) =>
      application(copy(environ, { 'tsgi.signal': new AbortController().signal }), startResponse),
    request: { environ: { 'tsgi.signal': AbortSignal.abort() } },
  },
];
