import {
  type Admission,
  bufferedRequestInput,
  type Connection,
  Gateway,
  type GatewayOptions,
  memorySource,
  type RunningExchange,
  TsgiError,
  writeOwnResponse,
} from '@tsgi/core';
import type { Application, AsyncApplication, Environ, Profile } from '@tsgi/types';
import { MemorySink } from './memory-sink.ts';
import { addQuery, buildContent, type RequestOptions } from './request-options.ts';
import { TestResponse } from './test-response.ts';

/** How a client calls its application. */
export interface ClientOptions {
  /** Where the application is mounted. Default: at the root. */
  readonly scriptName?: string | undefined;
  /** The Host of every request, and the name of the server. Default `localhost`. */
  readonly host?: string | undefined;
  readonly scheme?: 'http' | 'https' | undefined;
  readonly protocol?: 'HTTP/1.0' | 'HTTP/1.1' | undefined;
  readonly remoteAddress?: string | undefined;
  /** Entries put over those of every environ. */
  readonly environ?: Readonly<Partial<Environ>> | undefined;
}

/** The methods of a client; `Result` is a response or a promise of one. */
export interface Client<Result> {
  /** Target: a path with an optional query, percent-encoded. */
  request(method: string, target: string, options?: RequestOptions): Result;
  get(target: string, options?: RequestOptions): Result;
  head(target: string, options?: RequestOptions): Result;
  post(target: string, options?: RequestOptions): Result;
  put(target: string, options?: RequestOptions): Result;
  patch(target: string, options?: RequestOptions): Result;
  delete(target: string, options?: RequestOptions): Result;
}

type AnyApplication = Application | AsyncApplication;

/** A client that calls a synchronous application in process and has its response without await. */
export function createClient(
  application: Application,
  options: ClientOptions = {},
): Client<TestResponse> {
  return methods((method, target, request) => {
    const call = new Call(application, 'sync', {
      ...options,
      ...splitRequest(method, target, request),
    });
    call.start();
    if (!call.settled) {
      throw new Error(`the response to ${method} ${target} did not end within the call`);
    }
    return call.response();
  });
}

/** A client that calls an application of the async profile in process. */
export function createAsyncClient(
  application: AsyncApplication,
  options: ClientOptions = {},
): Client<Promise<TestResponse>> {
  return methods(async (method, target, request) => {
    const call = new Call(application, 'async', {
      ...options,
      ...splitRequest(method, target, request),
    });
    const done = call.whenDone();
    call.start();
    await done;
    return call.response();
  });
}

function methods<Result>(
  request: (method: string, target: string, options: RequestOptions) => Result,
): Client<Result> {
  const of =
    (method: string) =>
    (target: string, options: RequestOptions = {}): Result =>
      request(method, target, options);
  return {
    request: (method, target, options = {}) => request(method, target, options),
    get: of('GET'),
    head: of('HEAD'),
    post: of('POST'),
    put: of('PUT'),
    patch: of('PATCH'),
    delete: of('DELETE'),
  };
}

interface CallOptions extends ClientOptions {
  readonly method: string;
  readonly target: string;
  readonly request: RequestOptions;
}

function splitRequest(
  method: string,
  target: string,
  request: RequestOptions,
): Pick<CallOptions, 'method' | 'target' | 'request'> {
  return { method, target: addQuery(target, request.query), request };
}

/** One request, from its options to its response. */
class Call {
  readonly #options: CallOptions;
  readonly #gateway: Gateway;
  readonly #sink: MemorySink;
  readonly #errors: string[] = [];
  #exchange: RunningExchange | undefined;
  #done: (() => void) | undefined;
  settled = false;

  constructor(application: AnyApplication, profile: Profile, options: CallOptions) {
    this.#options = options;
    this.#sink = new MemorySink(options.request.leaveAfter ?? Number.POSITIVE_INFINITY, () =>
      this.#disconnectIfLeft(),
    );
    this.#gateway = new Gateway(withEntries(application, options), this.#gatewayOptions(profile));
  }

  #gatewayOptions(profile: Profile): GatewayOptions {
    return {
      profile,
      scriptName: this.#options.scriptName ?? '',
      concurrency: { multithread: false, multiprocess: false, runOnce: false, interleaved: false },
      errors: { write: (text) => void this.#errors.push(text), flush() {} },
      limit: (work) => Promise.resolve(work),
    };
  }

  whenDone(): Promise<void> {
    return new Promise((resolve) => {
      this.#done = resolve;
    });
  }

  start(): void {
    const { method, target, request, host = 'localhost' } = this.#options;
    const { headers, body } = buildContent(request, host);
    const protocol = this.#options.protocol ?? 'HTTP/1.1';
    let admission: Admission;
    try {
      admission = this.#gateway.admit({ method, target, protocol, headers });
    } catch (error) {
      this.#refuse(method, error);
      return;
    }
    this.#exchange = this.#gateway.handle({
      admission,
      connection: describeConnection(host, this.#options),
      input: bufferedRequestInput(memorySource([body])),
      sink: this.#sink,
      onDone: () => this.#settle(),
    });
    this.#disconnectIfLeft();
  }

  // What a server answers by itself, without a call of the application.
  #refuse(method: string, error: unknown): void {
    if (!(error instanceof TsgiError)) {
      throw error;
    }
    writeOwnResponse(this.#sink, method, error.status);
    this.#settle();
  }

  #disconnectIfLeft(): void {
    if (this.#sink.left) {
      this.#exchange?.disconnect();
    }
  }

  #settle(): void {
    this.settled = true;
    this.#done?.();
  }

  response(): TestResponse {
    const { head, chunks, state } = this.#sink;
    return new TestResponse({
      status: head?.status ?? 0,
      reason: head?.reason ?? '',
      flatHeaders: head?.headers ?? [],
      chunks,
      aborted: state !== 'complete',
      errors: this.#errors.join(''),
    });
  }
}

function describeConnection(host: string, options: ClientOptions): Connection {
  const scheme = options.scheme ?? 'http';
  return {
    scheme,
    serverName: host.replace(/:\d*$/, '') || 'localhost',
    serverPort: /:(\d+)$/.exec(host)?.[1] ?? (scheme === 'https' ? '443' : '80'),
    remoteAddress: options.remoteAddress ?? '127.0.0.1',
  };
}

function withEntries(application: AnyApplication, options: CallOptions): AsyncApplication {
  return (environ, startResponse) =>
    application(Object.assign(environ, options.environ, options.request.environ), startResponse);
}
