import type { Environ, ErrorStream, Profile } from '@tsgi/types';
import { buildEnviron, type Concurrency, type GatewayFacts } from './environ.ts';
import { describe, TsgiError } from './errors.ts';
import { Exchange, type ExchangeHost, type UncheckedApplication } from './exchange.ts';
import type { GatewayExtensions } from './extensions.ts';
import { formatFault } from './fault.ts';
import type { Admission, GatewayRequest, Place } from './gateway-request.ts';
import { checkRequestHead, type RequestFraming, type RequestHead } from './request-head.ts';
import { PORTABLE_SIGNALS } from './signal.ts';
import { canonicalPath, parseTarget, pathUnder } from './target.ts';
import type { TimeLimit } from './time-limit.ts';

/** How a gateway calls its application. */
export interface GatewayOptions {
  /** Which results the application may return; `async` makes `tsgi.async` true. */
  readonly profile: Profile;
  /** Where the application is mounted: `""` or a canonical path that does not end in `/`. */
  readonly scriptName: string;
  /** The flags in every environ; the gateway does not see to it that they hold. */
  readonly concurrency: Concurrency;
  /** `tsgi.errors` of every request, and where faults are logged. */
  readonly errors: ErrorStream;
  /** Told of every fault beside the log; what it throws is ignored. */
  readonly onError?: ((error: unknown, environ: Environ) => void) | undefined;
  /** Told of every request that reaches the application, just before; must not throw. */
  readonly onCall?: ((environ: Environ, request: GatewayRequest) => void) | undefined;
  /** Bounds each step of asynchronous cleanup: `createTimeLimit`; the gateway itself has no clock. */
  readonly limit: TimeLimit;
  /** What environ has beyond the core. Default: nothing but what the profile demands. */
  readonly extensions?: GatewayExtensions | undefined;
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
  readonly #facts: GatewayFacts;

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
    const offer = options.extensions ?? {};
    const { signals = options.profile === 'async' ? PORTABLE_SIGNALS : undefined } = offer;
    const { concurrency, errors } = options;
    this.#facts = { concurrency, errors, async: options.profile === 'async', offer };
    this.#host = {
      profile: options.profile,
      limit: options.limit,
      signals,
      readFile: offer.readFile,
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
    return this.admitAt(head, framing, { target, scriptName: this.#options.scriptName });
  }

  /**
   * As `admit`, for a transport that knows of each request where it goes, and has checked its head.
   * Throws `ERR_TSGI_MOUNT`.
   */
  admitAt(head: RequestHead, framing: RequestFraming, { target, scriptName }: Place): Admission {
    const pathInfo = pathUnder(scriptName, target.path);
    if (pathInfo === undefined) {
      throw new TsgiError('ERR_TSGI_MOUNT', target.path);
    }
    return { head, framing, target, scriptName, pathInfo };
  }

  /** Calls the application for an admitted request and begins to pull its body. */
  handle(request: GatewayRequest): RunningExchange {
    const exchange = new Exchange(request, this.#host);
    const environ = buildEnviron(this.#facts, request, exchange);
    this.#options.onCall?.(environ, request);
    exchange.start(this.#application, environ);
    return exchange;
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
