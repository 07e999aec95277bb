/*
 * What must compile and what must not, as facts that any TypeScript can check: this file is never
 * run. It needs `lib: ["es2022"]` and no ambient types. `test-d/` says the same with exact types.
 */
import {
  type Application,
  type ApplicationV1,
  type AsyncApplication,
  type AsyncBody,
  type AsyncMiddleware,
  type Body,
  type CancelSignal,
  type Environ,
  type EnvironV1,
  type ErrorStream,
  type FileRegion,
  type HeaderList,
  type InputStream,
  type Lifespan,
  type Middleware,
  type OnFinish,
  type Outcome,
  type Profile,
  type StartResponse,
  type StatusLine,
  TSGI_VERSION,
} from '../src/index.ts';

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- each call names its type
declare function accept<T>(value: T): void;
declare const bytes: Uint8Array;
declare const text: string;
declare const code: number;
declare const environ: Environ;
declare const startResponse: StartResponse;
declare const application: Application;
declare const asyncApplication: AsyncApplication;
declare const asyncBody: AsyncBody;
declare const middleware: Middleware;
declare const asyncMiddleware: AsyncMiddleware;

/** Synchronous applications return an iterable of octet chunks, and nothing else. */
export function applications(): void {
  accept<Application>(() => []);
  accept<Application>(() => [bytes, new Uint8Array(0)]);
  accept<Application>(() => new Set([bytes]));
  accept<Application>(() => ({ [Symbol.iterator]: () => [bytes].values(), close() {} }));
  accept<Application>((env, start) => {
    start('200 OK', [['Content-Type', 'text/plain']]);
    return [bytes.subarray(env.PATH_INFO.length)];
  });
  accept<Application>(function* lazy(_environ, start) {
    start('200 OK', []);
    yield bytes;
  });
  accept<ApplicationV1>(application);

  // @ts-expect-error a bare Uint8Array iterates over numbers
  accept<Application>(() => bytes);
  // @ts-expect-error a string iterates over strings
  accept<Application>(() => text);
  // @ts-expect-error a Promise belongs to the asynchronous profile
  accept<Application>(() => Promise.resolve([bytes]));
  // @ts-expect-error an async function returns a Promise
  accept<Application>(async () => [bytes]);
  // @ts-expect-error an asynchronous body belongs to the asynchronous profile
  accept<Application>(() => asyncBody);
  // @ts-expect-error chunks are octets, not text
  accept<Application>(() => [text]);
  // @ts-expect-error an ArrayBuffer is no Uint8Array
  accept<Application>(() => [new ArrayBuffer(1)]);
  // @ts-expect-error an array of numbers is no Uint8Array
  accept<Application>(() => [[1, 2, 3]]);
  // @ts-expect-error there is always a body
  accept<Application>(() => null);
  // @ts-expect-error there is always a body
  accept<Application>(() => {});
  // @ts-expect-error servers pass two arguments
  accept<Application>((_environ, _startResponse, _third: string) => []);
  // @ts-expect-error an application of the asynchronous profile is not a synchronous one
  accept<Application>(asyncApplication);
}

/** A body may have a close function and a file region. */
export function bodies(): void {
  accept<Body>([]);
  accept<Body>(Object.assign([bytes], { close() {} }));
  accept<Body>({ [Symbol.iterator]: () => [bytes].values() });
  accept<Body>({
    [Symbol.iterator]: () => [bytes].values(),
    'tsgi.file': { fd: 3, offset: 0, length: 10 },
  });
  accept<FileRegion>({ fd: 3, offset: 0, length: 10, path: '/srv/a' });

  // @ts-expect-error close is a function
  accept<Body>(Object.assign([bytes], { close: true }));
  // @ts-expect-error a file region has a length
  accept<FileRegion>({ fd: 3, offset: 0 });
}

/** The status is a number, a space and a reason phrase that may be empty. */
export function statusLines(): void {
  startResponse('200 OK', []);
  startResponse('404 Not Found', []);
  startResponse('299 ', []);
  startResponse(`${code} ${text}`, []);

  // @ts-expect-error the space is required
  startResponse('200', []);
  // @ts-expect-error the space is required
  startResponse('200OK', []);
  // @ts-expect-error the code comes first
  startResponse('OK 200', []);
  // @ts-expect-error the status is a string
  startResponse(200, []);
  // @ts-expect-error not every string is a status line
  startResponse(text, []);
  // @ts-expect-error the status is required
  startResponse(undefined, []);
  accept<StatusLine>('500 Internal Server Error');
}

/** Headers are an array of pairs. */
export function headerLists(): void {
  startResponse('200 OK', [
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
  ]);
  startResponse('200 OK', Object.freeze([Object.freeze(['A', 'b'] as const)]));

  // @ts-expect-error headers are required
  startResponse('200 OK');
  // @ts-expect-error headers are no record
  startResponse('200 OK', { 'Content-Type': 'text/plain' });
  // @ts-expect-error headers are no Map
  startResponse('200 OK', new Map([['Content-Type', 'text/plain']]));
  // @ts-expect-error headers are pairs, not a flat array
  startResponse('200 OK', ['Content-Type', 'text/plain']);
  // @ts-expect-error a pair has two elements
  startResponse('200 OK', [['Content-Type', 'text/plain', 'utf-8']]);
  // @ts-expect-error a pair has two elements
  startResponse('200 OK', [['Content-Type']]);
  // @ts-expect-error a value is a string
  startResponse('200 OK', [['Content-Length', 5]]);
  // @ts-expect-error an array of unknown length is no pair
  accept<HeaderList>([text.split(':')]);
}

/** The third argument takes whatever was thrown, and nothing comes back. */
export function startResponses(): void {
  startResponse('500 Oops', [], new Error('x'));
  startResponse('500 Oops', [], text);
  startResponse('500 Oops', [], undefined);
  accept<void>(startResponse('200 OK', []));
  accept<StartResponse>((status, headers, error) => startResponse(status, headers, error));

  // @ts-expect-error there are three parameters
  startResponse('500 Oops', [], null, 1);
  // @ts-expect-error there is no write function
  startResponse('200 OK', []).write(bytes);
  // @ts-expect-error a server takes every status line
  accept<StartResponse>((_status: '200 OK') => {});
}

/** Required entries are always there, with their types. */
export function requiredEntries(): void {
  accept<string>(environ.REQUEST_METHOD);
  accept<string>(environ.SCRIPT_NAME);
  accept<string>(environ.PATH_INFO);
  accept<string>(environ.QUERY_STRING);
  accept<string>(environ.REQUEST_URI);
  accept<string>(environ.SERVER_NAME);
  accept<string>(environ.SERVER_PORT);
  accept<string>(environ.SERVER_PROTOCOL);
  accept<1>(environ['tsgi.version'][0]);
  accept<number>(environ['tsgi.version'][1]);
  accept<'http' | 'https'>(environ['tsgi.url_scheme']);
  accept<InputStream>(environ['tsgi.input']);
  accept<boolean>(environ['tsgi.input_buffered']);
  accept<ErrorStream>(environ['tsgi.errors']);
  accept<boolean>(environ['tsgi.multithread']);
  accept<boolean>(environ['tsgi.multiprocess']);
  accept<boolean>(environ['tsgi.run_once']);
  accept<boolean>(environ['tsgi.interleaved']);
  accept<boolean>(environ['tsgi.async']);
  accept<OnFinish>(environ['tsgi.on_finish']);
  accept<EnvironV1>(environ);

  // @ts-expect-error a required entry is not deleted
  delete environ.PATH_INFO;
  // @ts-expect-error ports are strings
  environ.SERVER_PORT = 80;
  // @ts-expect-error the scheme is http or https
  environ['tsgi.url_scheme'] = 'ftp';
  // @ts-expect-error the major version is 1
  environ['tsgi.version'] = [2, 0];
  // @ts-expect-error the version is not changed in place
  environ['tsgi.version'][1] = 9;
  // @ts-expect-error a flag is a boolean
  environ['tsgi.async'] = 'yes';
  // @ts-expect-error a required entry is not undefined
  environ.QUERY_STRING = undefined;
  // @ts-expect-error required entries are missing
  accept<Environ>({ REQUEST_METHOD: 'GET' });
  // @ts-expect-error environ is more than a dictionary
  accept<Environ>({} as Record<string, unknown>);
}

/** Optional entries may be absent. */
export function optionalEntries(): void {
  accept<string | undefined>(environ.CONTENT_TYPE);
  accept<string | undefined>(environ.CONTENT_LENGTH);
  accept<string | undefined>(environ['HTTP_HOST']);
  accept<CancelSignal | undefined>(environ['tsgi.signal']);
  accept<HeaderList | undefined>(environ['tsgi.raw_headers']);
  delete environ.CONTENT_TYPE;
  delete environ['HTTP_COOKIE'];

  // @ts-expect-error it may be absent
  accept<string>(environ.CONTENT_TYPE);
  // @ts-expect-error it may be absent
  accept<string>(environ['HTTP_HOST']);
  // @ts-expect-error it may be absent
  environ['tsgi.flush_headers']();
  // @ts-expect-error a header is a string
  environ['HTTP_HOST'] = ['a', 'b'];
  // @ts-expect-error an entry is not null
  environ.CONTENT_TYPE = null;
  // @ts-expect-error a length is a string of digits
  environ.CONTENT_LENGTH = 5;
}

/** Keys of other parties have a dot, and what they hold is unknown. */
export function keys(): void {
  environ['acme.user'] = { id: 1 };
  accept<unknown>(environ['acme.user']);
  environ.PATH_INFO = '/elsewhere';
  accept<Environ>({ ...environ, SCRIPT_NAME: '/mount', 'acme.user': 'x' });

  // @ts-expect-error an unknown key without a dot does not exist
  accept(environ.FOO);
  // @ts-expect-error an unknown key without a dot does not exist
  accept(environ['FOO']);
  // @ts-expect-error nor can it be set
  environ['FOO'] = 'bar';
  // @ts-expect-error an extension is unknown until it is checked
  accept<string>(environ['acme.user']);
}

/** The input is read by size or by iteration, and is neither rewound nor closed. */
export function inputs(input: InputStream): void {
  accept<Uint8Array>(input.read());
  accept<Uint8Array>(input.read(16));
  accept<Uint8Array[]>([...input]);

  // @ts-expect-error a size is a number
  input.read('16');
  // @ts-expect-error lines are left to applications
  input.readline();
  // @ts-expect-error the server closes the input
  input.close();
  // @ts-expect-error nothing rewinds the input
  input.rewind();
}

/** The error stream takes text. */
export function errorStreams(errors: ErrorStream): void {
  accept<void>(errors.write('text'));
  accept<void>(errors.flush());

  // @ts-expect-error the error stream takes text
  errors.write(bytes);
  // @ts-expect-error the server closes the error stream
  errors.close();
}

/** Callbacks get the outcome of the response. */
export function outcomes(onFinish: OnFinish): void {
  onFinish((outcome) => accept<number | undefined>(outcome.status));
  onFinish(() => Promise.resolve());
  accept<Outcome>({ bytesSent: 0, aborted: true });
  accept<Outcome>({ status: 200, bytesSent: 5, aborted: false, error: new Error('x') });

  // @ts-expect-error a callback is a function
  onFinish('close');
  // @ts-expect-error the outcome says whether the response was aborted
  accept<Outcome>({ bytesSent: 0 });
  // @ts-expect-error the status of an outcome is a number
  accept<Outcome>({ status: '200', bytesSent: 0, aborted: false });
}

/** Middleware makes an application of an application. */
export function middlewares(): void {
  accept<Application>(middleware(application));
  accept<Middleware>((inner) => (env, start) => inner(env, start));
  accept<Middleware>((inner) => inner);

  // @ts-expect-error synchronous middleware takes no asynchronous application
  middleware(asyncApplication);
  // @ts-expect-error middleware returns an application
  accept<Middleware>(() => []);
  // @ts-expect-error what takes any application may still return an asynchronous one
  accept<Middleware>(asyncMiddleware);
}

/** The asynchronous profile takes everything the synchronous one does, and more. */
export function asyncApplications(): void {
  accept<AsyncApplication>(application);
  accept<AsyncApplication>(() => [bytes]);
  accept<AsyncApplication>(async () => [bytes]);
  accept<AsyncApplication>(() => asyncBody);
  accept<AsyncApplication>(async () => asyncBody);
  accept<AsyncApplication>(async function* stream(_environ, start) {
    start('200 OK', []);
    yield bytes;
  });
  accept<AsyncApplication>(asyncMiddleware(application));
  accept<AsyncMiddleware>((inner) => async (env, start) => inner(env, start));
  accept<AsyncBody>({
    [Symbol.asyncIterator]: () => asyncBody[Symbol.asyncIterator](),
    async close() {},
  });

  // @ts-expect-error chunks are octets, not text
  accept<AsyncApplication>(async () => [text]);
  // @ts-expect-error a bare Uint8Array is no body
  accept<AsyncApplication>(async () => bytes);
  // @ts-expect-error a string is no body
  accept<AsyncApplication>(async () => text);
  // @ts-expect-error chunks are octets, not text
  accept<AsyncApplication>(async function* stream() {
    yield text;
  });
  // @ts-expect-error asynchronous middleware may call on later
  accept<AsyncMiddleware>(middleware);
}

/** The rest of the module's contract. */
export function modules(): void {
  accept<1>(TSGI_VERSION[0]);
  accept<0>(TSGI_VERSION[1]);
  accept<Profile>('async');
  accept<Lifespan>({});
  accept<Lifespan>({
    startup(state) {
      state['database'] = 1;
    },
    async shutdown() {},
  });

  // @ts-expect-error the version is not changed
  TSGI_VERSION[1] = 1;
  // @ts-expect-error there are two profiles
  accept<Profile>('threads');
}
