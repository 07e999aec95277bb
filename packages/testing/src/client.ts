import type { Application, AsyncApplication } from '@tsgi/types';
import { Call } from './call.ts';
import type { AsyncClientOptions, ClientOptions } from './client-options.ts';
import { Conversation, type TestRequest } from './conversation.ts';
import { CookieJar } from './cookie-jar.ts';
import type { RequestOptions } from './request-options.ts';
import { TestResponse, type TestResponseParts } from './test-response.ts';
import { Wire } from './wire.ts';

/** The methods of a client; `Result` is a response or a promise of one. */
export interface Client<Result> {
  /** Target: a path with an optional query, percent-encoded. */
  request(method: string, target: string, options?: RequestOptions): Result;
  /** A GET request. */
  get(target: string, options?: RequestOptions): Result;
  /** A HEAD request. */
  head(target: string, options?: RequestOptions): Result;
  /** An OPTIONS request. */
  options(target: string, options?: RequestOptions): Result;
  /** A POST request. */
  post(target: string, options?: RequestOptions): Result;
  /** A PUT request. */
  put(target: string, options?: RequestOptions): Result;
  /** A PATCH request. */
  patch(target: string, options?: RequestOptions): Result;
  /** A DELETE request. */
  delete(target: string, options?: RequestOptions): Result;
  /** The cookies that responses have set; sent with every request. */
  readonly cookies: CookieJar;
}

/** A client of the synchronous profile. */
export interface SyncClient extends Client<TestResponse> {
  /** A client with other options and the same cookies. */
  with(options: ClientOptions): SyncClient;
}

/** A client of the asynchronous profile. */
export interface AsyncClient extends Client<Promise<TestResponse>> {
  /** A client with other options and the same cookies. */
  with(options: ClientOptions): AsyncClient;
  /** Stops the server of `via`, where there is one. */
  close(): Promise<void>;
}

/**
 * A client that calls a synchronous application in process and has its response without await. A
 * request throws an Error for a rule that the application breaks, a status that is not the expected
 * one, and a response that does not end within the call.
 */
export function createClient(application: Application, options: ClientOptions = {}): SyncClient {
  return syncClient(application, options, new CookieJar());
}

function syncClient(application: Application, options: ClientOptions, jar: CookieJar): SyncClient {
  const send = (request: TestRequest): TestResponse => {
    const call = new Call(request, { application, profile: 'sync', client: options });
    call.start();
    if (!call.settled) {
      throw new Error(
        `the response to ${request.method} ${request.target} did not end within the call`,
      );
    }
    return new TestResponse(call.parts());
  };
  const methods = methodsOf((request) => {
    const conversation = new Conversation(request, options, jar);
    let response = send(conversation.request);
    while (judge(request, response) && conversation.receive(response)) {
      response = send(conversation.request);
    }
    return withHistory(response, conversation);
  });
  return {
    ...methods,
    cookies: jar,
    with: (more) => syncClient(application, { ...options, ...more }, jar),
  };
}

/**
 * A client that calls an application of the asynchronous profile, in process or through a real
 * server. A request rejects where that of `createClient` throws.
 */
export function createAsyncClient(
  application: AsyncApplication,
  options: AsyncClientOptions = {},
): AsyncClient {
  const wire = options.via === undefined ? undefined : new Wire(application, options.via, options);
  return asyncClient({ application, wire, jar: new CookieJar() }, options);
}

interface AsyncParts {
  readonly application: AsyncApplication;
  readonly wire: Wire | undefined;
  readonly jar: CookieJar;
}

function asyncClient(parts: AsyncParts, options: ClientOptions): AsyncClient {
  const { application, wire, jar } = parts;
  const send = async (request: TestRequest): Promise<TestResponse> => {
    if (wire !== undefined) {
      return new TestResponse(await wire.send(request, options));
    }
    return new TestResponse(await callInProcess(request, application, options));
  };
  const methods = methodsOf(async (request) => {
    const conversation = new Conversation(request, options, jar);
    let response = await send(conversation.request);
    while (judge(request, response) && conversation.receive(response)) {
      // oxlint-disable-next-line no-await-in-loop -- each request follows from the last response
      response = await send(conversation.request);
    }
    return withHistory(response, conversation);
  });
  return {
    ...methods,
    cookies: jar,
    with: (more) => asyncClient(parts, { ...options, ...more }),
    close: async () => wire?.close(),
  };
}

async function callInProcess(
  request: TestRequest,
  application: AsyncApplication,
  client: ClientOptions,
): Promise<TestResponseParts> {
  const call = new Call(request, { application, profile: 'async', client });
  const done = call.whenDone();
  call.start();
  await done;
  return call.parts();
}

function judge({ method, target }: TestRequest, { findings }: TestResponse): true {
  if (findings.length > 0) {
    throw new Error(`${method} ${target} breaks rules:\n${findings.join('\n')}`);
  }
  return true;
}

function withHistory(response: TestResponse, { history }: Conversation): TestResponse {
  return history.length === 0 ? response : response.withHistory(history);
}

function methodsOf<Result>(
  request: (request: TestRequest) => Result,
): Omit<Client<Result>, 'cookies'> {
  const of =
    (method: string) =>
    (target: string, options: RequestOptions = {}): Result =>
      request({ method, target, options });
  return {
    request: (method, target, options = {}) => request({ method, target, options }),
    get: of('GET'),
    head: of('HEAD'),
    options: of('OPTIONS'),
    post: of('POST'),
    put: of('PUT'),
    patch: of('PATCH'),
    delete: of('DELETE'),
  };
}
