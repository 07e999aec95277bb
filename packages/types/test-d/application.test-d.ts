import { expectAssignable, expectError, expectNotAssignable, expectType } from 'tsd';
import {
  type Application,
  type AsyncApplication,
  type AsyncBody,
  type Body,
  type Environ,
  type Middleware,
  type StartResponse,
  TSGI_VERSION,
} from '../dist/index.js';

declare const bytes: Uint8Array;
declare const text: string;
declare const asyncBody: AsyncBody;
declare const application: Application;
declare const asyncApplication: AsyncApplication;
declare const middleware: Middleware;
declare const environ: Environ;
declare const startResponse: StartResponse;

// What calling gives.
expectType<Body>(application(environ, startResponse));
expectType<Body | AsyncBody | PromiseLike<Body | AsyncBody>>(
  asyncApplication(environ, startResponse),
);
expectType<Application>(middleware(application));
expectError(application(environ));
expectError(application(environ, startResponse, {}));

// Iterables of octet chunks are bodies.
expectAssignable<Application>(() => []);
expectAssignable<Application>(() => [bytes]);
expectAssignable<Application>(() => new Set([bytes]));
expectAssignable<Application>(function* lazy() {
  yield bytes;
});
expectAssignable<Application>(() => ({
  *[Symbol.iterator]() {
    yield bytes;
  },
  close() {},
}));

// Nothing else is.
expectNotAssignable<Application>(() => bytes);
expectNotAssignable<Application>(() => text);
expectNotAssignable<Application>(() => [text]);
expectNotAssignable<Application>(() => null);
expectNotAssignable<Application>(() => undefined);
expectNotAssignable<Application>(() => new ArrayBuffer(1));
expectNotAssignable<Application>(() => [new ArrayBuffer(1)]);
expectNotAssignable<Application>(() => Promise.resolve([bytes]));
expectNotAssignable<Application>(async () => [bytes]);
expectNotAssignable<Application>(() => asyncBody);
expectNotAssignable<Body>({ [Symbol.iterator]: () => [bytes].values(), close: true });

// Every synchronous application is an asynchronous one, not the other way round.
expectAssignable<AsyncApplication>(application);
expectAssignable<AsyncApplication>(() => asyncBody);
expectAssignable<AsyncApplication>(async () => asyncBody);
expectAssignable<AsyncApplication>(async () => [bytes]);
expectAssignable<AsyncApplication>(async function* stream() {
  yield bytes;
});
expectNotAssignable<Application>(asyncApplication);
expectNotAssignable<AsyncApplication>(async () => bytes);
expectNotAssignable<AsyncApplication>(async () => text);
expectNotAssignable<AsyncApplication>(() => [text]);
expectError(middleware(asyncApplication));

expectType<readonly [major: 1, minor: 0]>(TSGI_VERSION);
expectError((TSGI_VERSION[0] = 2));
