import { expectAssignable, expectError, expectNotAssignable, expectType } from 'tsd';
import type {
  ByteString,
  Environ,
  ErrorStream,
  FileWrapper,
  HeaderList,
  InputStream,
  OnFinish,
  Outcome,
} from '../dist/index.js';

declare const environ: Environ;
declare const outcome: Outcome;

// Required entries are there, with one type each.
expectType<string>(environ.REQUEST_METHOD);
expectType<string>(environ.SCRIPT_NAME);
expectType<string>(environ.PATH_INFO);
expectType<string>(environ.QUERY_STRING);
expectType<ByteString>(environ.REQUEST_URI);
expectType<string>(environ.SERVER_NAME);
expectType<string>(environ.SERVER_PORT);
expectType<string>(environ.SERVER_PROTOCOL);
expectType<readonly [major: 1, minor: number]>(environ['tsgi.version']);
expectType<'http' | 'https'>(environ['tsgi.url_scheme']);
expectType<InputStream>(environ['tsgi.input']);
expectType<boolean>(environ['tsgi.input_buffered']);
expectType<ErrorStream>(environ['tsgi.errors']);
expectType<boolean>(environ['tsgi.multithread']);
expectType<boolean>(environ['tsgi.multiprocess']);
expectType<boolean>(environ['tsgi.run_once']);
expectType<boolean>(environ['tsgi.interleaved']);
expectType<boolean>(environ['tsgi.async']);
expectType<OnFinish>(environ['tsgi.on_finish']);
expectNotAssignable<Environ['SERVER_PORT']>(80);
expectNotAssignable<Environ['PATH_INFO']>(undefined);
expectNotAssignable<Environ['tsgi.version']>([2, 0]);
expectNotAssignable<Environ['tsgi.version']>('1.0');
expectNotAssignable<Environ['tsgi.url_scheme']>('ftp');

// Optional entries and header fields may be absent, and hold strings.
expectType<string | undefined>(environ.CONTENT_TYPE);
expectType<string | undefined>(environ.CONTENT_LENGTH);
expectType<string | undefined>(environ.REMOTE_ADDR);
expectType<string | undefined>(environ['HTTP_HOST']);
expectType<FileWrapper | undefined>(environ['tsgi.file_wrapper']);
expectType<HeaderList | undefined>(environ['tsgi.raw_headers']);
expectNotAssignable<Environ['CONTENT_LENGTH']>(5);
expectNotAssignable<Environ['CONTENT_TYPE']>(null);
expectNotAssignable<Environ['HTTP_HOST']>(['a', 'b']);

// Dotted keys of others are unknown; undotted ones do not exist.
expectType<unknown>(environ['acme.user']);
expectError(environ.FOO);

// The application may change its environ, and copy it.
environ.PATH_INFO = '/elsewhere';
environ['acme.user'] = { id: 1 };
expectAssignable<Environ>({ ...environ, 'acme.user': 1 });
expectNotAssignable<Environ>({ REQUEST_METHOD: 'GET' });

// Input and errors.
expectType<Uint8Array>(environ['tsgi.input'].read(5));
expectError(environ['tsgi.input'].read('5'));
expectError(environ['tsgi.input'].readline());
expectError(environ['tsgi.input'].close());
expectType<void>(environ['tsgi.errors'].write('text'));
expectError(environ['tsgi.errors'].write(new Uint8Array(1)));
expectError(environ['tsgi.errors'].close());

// The outcome is told to callbacks, and is theirs to read only.
expectType<void>(environ['tsgi.on_finish']((told) => expectType<Outcome>(told)));
expectType<number | undefined>(outcome.status);
expectType<boolean>(outcome.aborted);
expectError((outcome.bytesSent = 1));
expectError(environ['tsgi.on_finish']('callback'));
