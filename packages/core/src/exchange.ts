import type { Environ, Outcome, Profile } from '@tsgi/types';
import { isThenable, openBody } from './body.ts';
import { createPump, type Pump, type PumpHost } from './body-pump.ts';
import { toChunk } from './chunk.ts';
import {
  type CleanupWork,
  cleanUp,
  cleanUpAsync,
  closeBody,
  type FinishCallback,
  type TimeLimit,
} from './cleanup.ts';
import { TsgiError } from './errors.ts';
import { buildResponseHead, writeOwnResponse } from './response-head.ts';
import type { ResponseHead, ResponseSink } from './sink.ts';
import { ResponseStart } from './start-response.ts';
import { isBodiless } from './status.ts';

/** Any application, seen from the gateway: what it returns is checked, not believed. */
export type UncheckedApplication = (
  environ: Environ,
  startResponse: (status: unknown, headers: unknown, error?: unknown) => void,
) => unknown;

/** What every exchange of a gateway has in common. */
export interface ExchangeHost {
  readonly profile: Profile;
  readonly limit: TimeLimit;
  /** Told of every fault, once. */
  readonly report: (error: unknown, environ: Environ) => void;
}

/** What one exchange works with. */
export interface ExchangeParts {
  readonly sink: ResponseSink;
  /** Called when the response is over and cleanup is done. */
  readonly onDone: () => void;
}

/** One request and its response, from the call of the application to the end of cleanup. */
export class Exchange implements PumpHost {
  readonly #method: string;
  readonly #sink: ResponseSink;
  readonly #parts: ExchangeParts;
  readonly #host: ExchangeHost;
  readonly #response = new ResponseStart();
  #environ: Environ | undefined;
  #callbacks: FinishCallback[] | undefined;
  #pending: Promise<void> | undefined;
  #body: unknown;
  #pump: Pump | undefined;
  #knownLength: number | undefined;
  #head: ResponseHead | undefined;
  #status: number | undefined;
  #sent = 0;
  #over = false;
  #cleaned = false;

  constructor(method: string, parts: ExchangeParts, host: ExchangeHost) {
    this.#method = method;
    this.#sink = parts.sink;
    this.#parts = parts;
    this.#host = host;
  }

  /** `tsgi.on_finish` of this request. */
  readonly onFinish = (callback: FinishCallback): void => {
    if (typeof callback !== 'function') {
      throw new TsgiError('ERR_TSGI_CALLBACK', callback);
    }
    if (this.#cleaned) {
      throw new TsgiError('ERR_TSGI_ENDED');
    }
    this.#callbacks ??= [];
    this.#callbacks.push(callback);
  };

  readonly #report = (error: unknown): void => {
    this.#host.report(error, this.#environ as Environ);
  };

  /** Calls the application and begins to pull what it returns. */
  start(application: UncheckedApplication, environ: Environ): void {
    this.#environ = environ;
    let result: unknown;
    try {
      result = application(environ, (status, headers, error) => {
        this.#response.start(status, headers, error);
      });
    } catch (error) {
      this.failed(error);
      return;
    }
    if (this.#host.profile === 'async' && isThenable(result)) {
      this.#pending = Promise.resolve(result).then(
        (body) => this.#returned(body),
        (error: unknown) => this.failed(error),
      );
    } else {
      this.#returned(result);
    }
  }

  /** The transport can take more. */
  resume(): void {
    this.#pump?.run();
  }

  /** The transport is gone, and with it the response; the outcome carries the error. */
  disconnect(error: unknown = new TsgiError('ERR_TSGI_ABORTED')): void {
    if (!this.#over) {
      this.#finish({ aborted: true, error });
    }
  }

  #returned(body: unknown): void {
    this.#body = body;
    if (this.#over) {
      this.#closeLate();
      return;
    }
    try {
      const open = openBody(body, this.#host.profile);
      this.#knownLength = open.kind === 'sync' ? open.length : undefined;
      this.#pump = createPump(open, this);
    } catch (error) {
      this.#ignoreRejection(body);
      this.failed(error);
      return;
    }
    this.#pump.run();
  }

  // The client left while the application was still at work; cleanup waits, up to its limit.
  #closeLate(): void {
    if (!this.#cleaned) {
      return;
    }
    const work = this.#cleanupWork({ aborted: true, error: undefined });
    void cleanUpAsync(work, this.#host.limit);
  }

  #ignoreRejection(body: unknown): void {
    if (isThenable(body)) {
      Promise.resolve(body).then(closeBody).then(undefined, this.#report);
    }
  }

  ready(): boolean {
    return !this.#over && this.#sink.ready();
  }

  take(value: unknown): void {
    const chunk = toChunk(value);
    if (chunk.byteLength === 0) {
      return;
    }
    const head = this.#head ?? this.#commit();
    if (head.hasContent) {
      this.#write(chunk, head.contentLength);
      return;
    }
    if (isBodiless(head.status)) {
      this.#report(new TsgiError('ERR_TSGI_CONTENT_FORBIDDEN', `${head.status}`));
    }
    this.#complete();
  }

  #write(chunk: Uint8Array, declared: number | undefined): void {
    const left = declared === undefined ? chunk.byteLength : declared - this.#sent;
    const excess = chunk.byteLength - left;
    const piece = excess > 0 ? chunk.subarray(0, left) : chunk;
    if (piece.byteLength > 0) {
      this.#sent += piece.byteLength;
      this.#sink.writeChunk(piece);
    }
    if (excess > 0) {
      this.#report(new TsgiError('ERR_TSGI_CONTENT_OVER', `${excess} octets after ${declared}`));
      this.#complete();
    }
  }

  exhausted(): void {
    let head: ResponseHead;
    // nothing was sent yet, so the length of any body is known by now
    this.#knownLength ??= this.#head === undefined ? 0 : undefined;
    try {
      head = this.#head ?? this.#commit();
    } catch (error) {
      this.failed(error);
      return;
    }
    const declared = head.hasContent ? head.contentLength : undefined;
    if (declared !== undefined && this.#sent < declared) {
      const got = `${this.#sent} octets of ${declared}`;
      this.failed(new TsgiError('ERR_TSGI_CONTENT_UNDER', got));
    } else {
      this.#complete();
    }
  }

  failed(error: unknown): void {
    if (this.#over) {
      return;
    }
    const committed = this.#head !== undefined;
    this.#report(error);
    if (committed) {
      this.#sink.abort();
    } else {
      this.#status = 500;
      this.#sent = writeOwnResponse(this.#sink, this.#method, 500);
    }
    this.#finish({ aborted: committed, error });
  }

  #commit(): ResponseHead {
    this.#response.commit();
    const { status, headers } = this.#response;
    const head = buildResponseHead({
      method: this.#method,
      status,
      headers,
      knownLength: this.#knownLength,
    });
    this.#head = head;
    this.#status = head.status;
    this.#sink.writeHead(head);
    return head;
  }

  #complete(): void {
    this.#sink.end();
    this.#finish({ aborted: false, error: undefined });
  }

  #outcome(end: End): Outcome {
    return {
      ...(this.#status === undefined ? {} : { status: this.#status }),
      bytesSent: this.#sent,
      aborted: end.aborted,
      ...(end.error === undefined ? {} : { error: end.error }),
    };
  }

  #finish(end: End): void {
    this.#over = true;
    this.#response.end();
    if (this.#host.profile === 'sync') {
      cleanUp(this.#cleanupWork(end));
      this.#cleaned = true;
      this.#parts.onDone();
    } else {
      void this.#finishAsync(end);
    }
  }

  async #finishAsync(end: End): Promise<void> {
    if (this.#pending !== undefined) {
      await this.#host.limit(this.#pending).then(undefined, this.#report);
    }
    await cleanUpAsync(this.#cleanupWork(end), this.#host.limit);
    this.#cleaned = true;
    this.#parts.onDone();
  }

  #cleanupWork(end: End): CleanupWork {
    return {
      pump: this.#pump,
      body: this.#body,
      nextCallback: () => this.#callbacks?.pop(),
      outcome: () => this.#outcome(end),
      report: this.#report,
    };
  }
}

/** How a response ended. */
interface End {
  readonly aborted: boolean;
  readonly error: unknown;
}
