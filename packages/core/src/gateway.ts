import type { Environ, ErrorStream, InputStream, Profile } from '@tsgi/types';
import { bufferedAsyncInput, type InputFeed, StreamedInput } from './async-input.ts';
import { buildEnviron, type Concurrency, type Connection } from './environ.ts';
import { describe, TsgiError } from './errors.ts';
import { Exchange, type ExchangeHost, type UncheckedApplication } from './exchange.ts';
import { buildRequestEntries, type GatewayExtensions } from './extensions.ts';
import { formatFault } from './fault.ts';
import { BufferedInput, type ByteSource, type ReaderLock, UNBUFFERED_INPUT } from './input.ts';
import { checkRequestHead, type RequestFraming, type RequestHead } from './request-head.ts';
import { PORTABLE_SIGNALS } from './signal.ts';
import type { ResponseSink } from './sink.ts';
import { canonicalPath, parseTarget, pathUnder, type Target } from './target.ts';
import type { TimeLimit } from './cleanup.ts';

/** How a gateway calls its application. */
export interface GatewayOptions {
  readonly profile: Profile;
  /** Where the application is mounted: `""` or a canonical path that does not end in `/`. */
  readonly scriptName: string;
  readonly concurrency: Concurrency;
  /** `tsgi.errors` of every request, and where faults are logged. */
  readonly errors: ErrorStream;
  /** Told of every fault beside the log; what it throws is ignored. */
  readonly onError?: ((error: unknown, environ: Environ) => void) | undefined;
  /** Bounds each step of asynchronous cleanup; the gateway has no clock of its own. */
  readonly limit: TimeLimit;
  /** What environ has beyond the core. Default: nothing but what the profile demands. */
  readonly extensions?: GatewayExtensions | undefined;
}

/** A request whose head breaks no rule, before its body is read. */
export interface Admission {
  readonly head: RequestHead;
  readonly framing: RequestFraming;
  readonly target: Target;
  readonly pathInfo: string;
}

/** The body of a request, for both readers. */
export interface RequestInput {
  readonly input: InputStream;
  readonly asyncInput: AsyncIterable<Uint8Array>;
  /** Octets; undefined while that is not known. */
  readonly length: number | undefined;
  readonly buffered: boolean;
  /** Called when the response has ended: whoever waits for more of the body waits in vain. */
  release?(): void;
}

/** What a transport gives for each admitted request. */
export interface GatewayRequest {
  readonly admission: Admission;
  readonly connection: Connection;
  readonly input: RequestInput;
  readonly sink: ResponseSink;
  /** Called when the response is over and cleanup is done. */
  readonly onDone: () => void;
}

/** What a transport does with a running exchange. */
export interface RunningExchange {
  /** The sink can take more. */
  resume(): void;
  /** The connection is gone; the error defaults to ERR_TSGI_ABORTED. */
  disconnect(error?: unknown): void;
}

/** Runs one application for any transport; keeps nothing between requests. */
export class Gateway {
  readonly #application: UncheckedApplication;
  readonly #options: GatewayOptions;
  readonly #host: ExchangeHost;
  readonly #offer: GatewayExtensions;

  /** Throws `ERR_TSGI_OPTION` for an application or an option that is none. */
  constructor(application: unknown, options: GatewayOptions) {
    if (typeof application !== 'function') {
      throw new TsgiError('ERR_TSGI_OPTION', application);
    }
    if (options.profile !== 'sync' && options.profile !== 'async') {
      throw new TsgiError('ERR_TSGI_OPTION', options.profile);
    }
    checkScriptName(options.scriptName);
    this.#application = application as UncheckedApplication;
    this.#options = options;
    this.#offer = options.extensions ?? {};
    const { signals = options.profile === 'async' ? PORTABLE_SIGNALS : undefined } = this.#offer;
    this.#host = {
      profile: options.profile,
      limit: options.limit,
      signals,
      readFile: this.#offer.readFile,
      report: (error, environ) => this.#report(error, environ),
    };
  }

  /**
   * Checks the head of a request. Throws a TsgiError whose `status` is to be answered, without a
   * call of the application. A transport whose parser has checked fields and framing gives the
   * framing it found.
   */
  admit(head: RequestHead, framing: RequestFraming = checkRequestHead(head)): Admission {
    const target = parseTarget(head.method, head.target);
    const pathInfo = pathUnder(this.#options.scriptName, target.path);
    if (pathInfo === undefined) {
      throw new TsgiError('ERR_TSGI_MOUNT', target.path);
    }
    return { head, framing, target, pathInfo };
  }

  /** Calls the application for an admitted request and begins to pull its body. */
  handle(request: GatewayRequest): RunningExchange {
    const exchange = new Exchange(request.admission.head, request, this.#host);
    exchange.start(this.#application, this.#buildEnviron(request, exchange));
    return exchange;
  }

  #buildEnviron(request: GatewayRequest, exchange: Exchange): Environ {
    const { admission, input, sink } = request;
    const { scriptName, concurrency, errors, profile } = this.#options;
    return buildEnviron({
      head: admission.head,
      target: admission.target,
      framing: admission.framing,
      pathInfo: admission.pathInfo,
      scriptName: admission.pathInfo === '*' ? '' : scriptName,
      connection: request.connection,
      concurrency,
      errors,
      input: input.input,
      inputLength: input.length,
      inputBuffered: input.buffered,
      onFinish: exchange.onFinish,
      asyncInput: profile === 'async' ? input.asyncInput : undefined,
      async: profile === 'async',
      offer: this.#offer,
      entries: buildRequestEntries(this.#offer, admission.head, { sink, functions: exchange }),
    });
  }

  #report(error: unknown, environ: Environ): void {
    const { errors, onError } = this.#options;
    try {
      errors.write(formatFault(error, environ));
    } catch {
      // an error stream that throws breaks its own rule; the request goes on
    }
    try {
      onError?.(error, environ);
    } catch {
      // the hook is for information only
    }
  }
}

function checkScriptName(scriptName: unknown): void {
  if (scriptName !== '' && !isMountPoint(scriptName)) {
    const got = describe(scriptName);
    throw new TsgiError(
      'ERR_TSGI_OPTION',
      `scriptName ${got}, no canonical path without / at its end`,
    );
  }
}

function isMountPoint(scriptName: unknown): boolean {
  try {
    return (
      typeof scriptName === 'string' &&
      /^\/.*[^/]$/.test(scriptName) &&
      canonicalPath(scriptName) === scriptName
    );
  } catch {
    return false;
  }
}

/** The input of a request whose body is wholly there. */
export function bufferedRequestInput(source: ByteSource): RequestInput {
  return new BufferedRequestInput(source);
}

class BufferedRequestInput implements RequestInput {
  readonly buffered = true;
  readonly length: number;
  readonly input: InputStream;
  readonly #source: ByteSource;
  readonly #lock: ReaderLock = { reader: undefined };

  constructor(source: ByteSource) {
    this.#source = source;
    this.length = source.length;
    this.input = new BufferedInput(source, this.#lock);
  }

  get asyncInput(): AsyncIterable<Uint8Array> {
    return bufferedAsyncInput(this.#source, this.#lock);
  }
}

/** The input of a request whose body is still arriving, and where the transport puts it. */
export function streamedRequestInput(
  feed: InputFeed,
  length: number | undefined,
): { readonly input: RequestInput; readonly stream: StreamedInput } {
  const stream = new StreamedInput(feed, { reader: undefined });
  return {
    stream,
    input: {
      input: UNBUFFERED_INPUT,
      asyncInput: stream,
      length,
      buffered: false,
      release: () => stream.release(),
    },
  };
}
