import {
  type Admission,
  type Connection,
  Gateway,
  type GatewayExtensions,
  type GatewayOptions,
  headerPairs,
  PORTABLE_SIGNALS,
  type RunningExchange,
  TsgiError,
  writeOwnResponse,
} from '@tsgi/core';
import { lint, lintAsync, type LintError } from '@tsgi/lint';
import type { Application, AsyncApplication, Profile } from '@tsgi/types';
import type { ClientOptions } from './client-options.ts';
import type { TestRequest } from './conversation.ts';
import { wrapFile } from './file-wrapper.ts';
import { MemorySink } from './memory-sink.ts';
import { planInput } from './planned-input.ts';
import { buildContent } from './request-options.ts';
import type { TestResponseParts } from './test-response.ts';
import { type CloseCount, watchClose } from './watch-close.ts';

/** What a call needs beside its request. */
export interface CallContext {
  readonly application: AsyncApplication;
  readonly profile: Profile;
  readonly client: ClientOptions;
}

/** One request to an application in this process, from its options to its response. */
export class Call {
  readonly #request: TestRequest;
  readonly #context: CallContext;
  readonly #gateway: Gateway;
  readonly #sink: MemorySink;
  readonly #errors: string[] = [];
  readonly #findings: LintError[] = [];
  readonly #count: CloseCount = { closes: undefined };
  #exchange: RunningExchange | undefined;
  #done: (() => void) | undefined;
  settled = false;

  constructor(request: TestRequest, context: CallContext) {
    this.#request = request;
    this.#context = context;
    const { leaveAfter = Number.POSITIVE_INFINITY } = request.options;
    this.#sink = new MemorySink(leaveAfter, () => this.#disconnectIfLeft());
    this.#gateway = new Gateway(this.#judged(), this.#gatewayOptions());
  }

  // From the inside: what is watched, what is judged, what the test puts into environ.
  #judged(): AsyncApplication {
    const { application, profile, client } = this.#context;
    const watched = watchClose(application, this.#count);
    const onFinding = (finding: LintError): void => void this.#findings.push(finding);
    const linted =
      profile === 'async'
        ? lintAsync(watched, { onFinding })
        : (lint(watched as Application, { onFinding }) as AsyncApplication);
    const called = client.lint === false ? watched : linted;
    const { options } = this.#request;
    return (environ, startResponse) =>
      called(Object.assign(environ, client.environ, options.environ), startResponse);
  }

  #gatewayOptions(): GatewayOptions {
    const { profile, client } = this.#context;
    return {
      profile,
      scriptName: client.scriptName ?? '',
      concurrency: { multithread: false, multiprocess: false, runOnce: false, interleaved: false },
      errors: { write: (text) => void this.#errors.push(text), flush() {} },
      limit: (work) => Promise.resolve(work),
      extensions: client.extensions === false ? {} : EXTENSIONS,
    };
  }

  whenDone(): Promise<void> {
    return new Promise((resolve) => {
      this.#done = resolve;
    });
  }

  start(): void {
    const { method, target, options } = this.#request;
    const { client, profile } = this.#context;
    const { host = 'localhost', protocol = 'HTTP/1.1' } = client;
    const { headers, body } = buildContent(options, host);
    let admission: Admission;
    try {
      admission = this.#gateway.admit({ method, target, protocol, headers });
    } catch (error) {
      this.#refuse(method, error);
      return;
    }
    this.#exchange = this.#gateway.handle({
      admission,
      connection: describeConnection(host, client),
      input: planInput(body, profile, options.input),
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

  parts(): TestResponseParts {
    const { head, chunks, state, trailers, interim } = this.#sink;
    return {
      status: head?.status ?? 0,
      reason: head?.reason ?? '',
      flatHeaders: head?.headers ?? [],
      chunks,
      aborted: state !== 'complete',
      errors: this.#errors.join(''),
      closes: this.#count.closes,
      flatTrailers: trailers,
      interim: interim.map(({ status, headers }) => ({ status, headers: headerPairs(headers) })),
      findings: this.#findings.map(({ message }) => message),
    };
  }
}

const EXTENSIONS: GatewayExtensions = {
  fileWrapper: wrapFile,
  signals: PORTABLE_SIGNALS,
  flushHeaders: true,
  earlyHints: true,
  trailers: true,
  rawHeaders: true,
};

function describeConnection(host: string, options: ClientOptions): Connection {
  const scheme = options.scheme ?? 'http';
  return {
    scheme,
    serverName: host.replace(/:\d*$/, '') || 'localhost',
    serverPort: /:(\d+)$/.exec(host)?.[1] ?? (scheme === 'https' ? '443' : '80'),
    remoteAddress: options.remoteAddress ?? '127.0.0.1',
  };
}
