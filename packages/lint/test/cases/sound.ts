// Applications that break no rule.

import type { Application, Body, StatusLine } from '@tsgi/types';
import { coded, octets, type RequestOptions } from '../gateway.ts';

const HELLO = octets('hello');
const EMPTY = new Uint8Array(0);

/** One sound application and what the client gets. */
export interface SoundCase {
  readonly name: string;
  readonly application: Application;
  readonly request?: RequestOptions;
  readonly status?: string;
  readonly text: string;
}

/** An application that answers with this. */
export const respond =
  (body: unknown, status: StatusLine = '200 OK', length?: number): Application =>
  (_environ, startResponse) => {
    startResponse(status, length === undefined ? [] : [['Content-Length', String(length)]]);
    return body as Body;
  };

const iterable = (...chunks: readonly Uint8Array[]): Body => ({
  [Symbol.iterator]: () => chunks.values(),
});

const echo: Application = (environ, startResponse) => {
  const parts: number[] = [];
  const input = environ['tsgi.input'];
  parts.push(...input.read(0), ...input.read(3), ...input.read(4));
  for (const chunk of input) {
    parts.push(...chunk);
  }
  parts.push(...input.read(), ...input.read(5), ...input.read(5));
  startResponse('200 OK', []);
  return [Uint8Array.from(parts)];
};

/** Every application in which the lint must find nothing. */
export const SOUND_CASES: readonly SoundCase[] = [
  { name: 'an Array', application: respond([HELLO, EMPTY, HELLO]), text: 'hellohello' },
  { name: 'an Array with its length', application: respond([HELLO], '200 OK', 5), text: 'hello' },
  { name: 'an empty Array', application: respond([]), text: '' },
  { name: 'a Set', application: respond(new Set([HELLO])), text: 'hello' },
  {
    name: 'an iterator of its own without return()',
    application: (_environ, startResponse) => {
      let left = 2;
      startResponse('200 OK', []);
      const next = (): IteratorResult<Uint8Array> =>
        left-- > 0 ? { done: false, value: HELLO } : { done: true, value: undefined };
      return { [Symbol.iterator]: () => ({ next }) };
    },
    text: 'hellohello',
  },
  {
    name: 'a generator that starts late and yields nothing at first',
    application: function* lazy(_environ, startResponse) {
      yield EMPTY;
      startResponse('200 OK', [['Content-Length', '10']]);
      yield EMPTY;
      yield HELLO;
      yield EMPTY;
      yield HELLO;
    },
    text: 'hellohello',
  },
  {
    name: 'chunks of a subclass',
    application: respond(iterable(Buffer.from('hello'))),
    text: 'hello',
  },
  {
    name: 'one chunk twice',
    application: respond(iterable(HELLO, HELLO)),
    text: 'hellohello',
  },
  {
    name: 'an error page in place of a page',
    application: function* replacing(_environ, startResponse) {
      startResponse('200 OK', [['Content-Length', '1']]);
      yield EMPTY;
      startResponse('500 Oops', [['Content-Length', '5']], new Error('late'));
      yield HELLO;
    },
    status: '500 Oops',
    text: 'hello',
  },
  {
    name: 'an error page after a refused header',
    application: (_environ, startResponse) => {
      startResponse('200 OK', []);
      startResponse('500 Oops', [], null);
      return [HELLO];
    },
    status: '500 Oops',
    text: 'hello',
  },
  {
    name: 'HEAD like GET',
    application: respond(iterable(HELLO), '200 OK', 5),
    request: { method: 'HEAD' },
    text: '',
  },
  {
    name: 'HEAD with an Array',
    application: respond([HELLO, HELLO], '200 OK', 4),
    request: { method: 'HEAD' },
    text: '',
  },
  { name: '204', application: respond([], '204 No Content'), status: '204 No Content', text: '' },
  {
    name: '304 with the length that it stands for',
    application: respond(iterable(EMPTY), '304 Not Modified', 7),
    status: '304 Not Modified',
    text: '',
  },
  {
    name: 'what it was sent',
    application: echo,
    request: { body: 'hello world' },
    text: 'hello world',
  },
  { name: 'nothing where nothing was sent', application: echo, text: '' },
  {
    name: 'its input as its body',
    application: (environ, startResponse) => {
      startResponse('200 OK', []);
      return environ['tsgi.input'];
    },
    request: { body: 'hello' },
    text: 'hello',
  },
  {
    name: 'an error status after the input has failed',
    application: (environ, startResponse) => {
      try {
        environ['tsgi.input'].read();
      } catch {
        startResponse('400 Bad Request', []);
      }
      return [];
    },
    request: {
      environ: {
        'tsgi.input': {
          read: () => {
            throw coded('ERR_TSGI_INPUT_ABORTED');
          },
          *[Symbol.iterator]() {},
        },
      },
    },
    status: '400 Bad Request',
    text: '',
  },
  {
    name: 'OPTIONS *',
    application: respond([HELLO]),
    request: { method: 'OPTIONS', environ: { PATH_INFO: '*', REQUEST_URI: '*' } },
    text: 'hello',
  },
  {
    name: 'a request under a mount',
    application: respond([HELLO]),
    request: { environ: { SCRIPT_NAME: '/m', PATH_INFO: '' } },
    text: 'hello',
  },
  {
    name: 'a request with everything',
    application: respond([HELLO]),
    request: {
      environ: {
        REQUEST_METHOD: 'M-SEARCH',
        SCRIPT_NAME: '/m/a%2F',
        PATH_INFO: "//x;y=1/@!$&'()*+,=:~/%E9..%252F.a",
        QUERY_STRING: '?a[]={}|"<>',
        REQUEST_URI: 'http://x/\u00e9',
        SERVER_PROTOCOL: 'HTTP/2',
        CONTENT_TYPE: 'text/plain; a=\u00e9',
        CONTENT_LENGTH: '0',
        REMOTE_ADDR: '::1',
        REMOTE_PORT: '65535',
        REMOTE_USER: 'm\u00fcller',
        AUTH_TYPE: 'Basic',
        SERVER_SOFTWARE: 'x/1',
        HTTP_X_EMPTY: '',
        HTTP_X_LIST: 'a, ',
        HTTP_COOKIE: 'a=1; b=2',
        'tsgi.version': [1, 7],
        'tsgi.url_scheme': 'https',
        'tsgi.state': {},
        'tsgi.signal': new AbortController().signal,
        'acme.user': undefined,
      },
    },
    text: 'hello',
  },
  {
    name: 'an environ that it has changed',
    application: (environ, startResponse) => {
      environ.PATH_INFO = '/elsewhere';
      environ['acme.user'] = { id: 1 };
      environ.REMOTE_USER = 'alice';
      environ['HTTP_X_REQUEST_ID'] = '1';
      environ.REQUEST_URI = '/rewritten';
      delete environ['HTTP_HOST'];
      startResponse('200 OK', []);
      return [HELLO];
    },
    text: 'hello',
  },
  {
    name: 'a region of a file',
    application: respond(
      Object.assign(new Set([HELLO]), { 'tsgi.file': { fd: 3, offset: 0, length: 5 } }),
    ),
    text: 'hello',
  },
  {
    name: 'one of two files',
    application: (environ, startResponse) => {
      environ['tsgi.file_wrapper']?.('/srv/a').close?.();
      startResponse('200 OK', []);
      return environ['tsgi.file_wrapper']?.('/srv/b') ?? [];
    },
    request: { environ: { 'tsgi.file_wrapper': () => new Set([HELLO]) } },
    text: 'hello',
  },
  {
    name: 'a file inside a body of its own',
    application: (environ, startResponse) => {
      const file = environ['tsgi.file_wrapper']?.('/srv/b') ?? [];
      startResponse('200 OK', []);
      return { [Symbol.iterator]: () => file[Symbol.iterator](), close: () => file.close?.() };
    },
    request: { environ: { 'tsgi.file_wrapper': () => new Set([HELLO]) } },
    text: 'hello',
  },
  {
    name: 'what a flush has committed',
    application: function* flushing(environ, startResponse) {
      startResponse('200 OK', []);
      environ['tsgi.flush_headers']?.();
      yield HELLO;
    },
    request: { environ: { 'tsgi.flush_headers': () => {} } },
    text: 'hello',
  },
  {
    name: 'a header list that is frozen',
    application: (_environ, startResponse) => {
      startResponse('200 OK', Object.freeze([Object.freeze(['A', 'b'] as const)]));
      return Object.freeze([HELLO]);
    },
    text: 'hello',
  },
];
