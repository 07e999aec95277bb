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
import { isBodiless, statusCode } from './status.ts';

/** Any application, seen from the gateway: what it returns is checked, not believed. */
export type UncheckedApplication = (
  environ: Environ,
  startResponse: (status: unknown, headers: unknown, error?: unknown) => void,
) => unknown;

/** What one exchange works with. */
export interface ExchangeOptions {
  readonly method: string;
  readonly profile: Profile;
  readonly sink: ResponseSink;
  readonly limit: TimeLimit;
  /** Told of every fault, once. */
  readonly report: (error: unknown) => void;
  /** Called when the response is over and cleanup is done. */
  readonly onDone: () => void;
}

/** One request and its response, from the call of the application to the end of cleanup. */
export class Exchange implements PumpHost {
  readonly #options: ExchangeOptions;
  readonly #response = new ResponseStart();
  readonly #callbacks: FinishCallback[] = [];
  #pending: Promise<void> | undefined;
  #body: unknown;
  #pump: Pump | undefined;
  #knownLength: number | undefined;
  #head: ResponseHead | undefined;
  #status: number | undefined;
  #sent = 0;
  #over = false;
  #cleaned = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  /** `tsgi.on_finish` of this request. */
  readonly onFinish = (callback: FinishCallback): void => {
    if (typeof callback !== 'function') {
      throw new TsgiError('ERR_TSGI_CALLBACK', callback);
    }
    if (this.#cleaned) {
      throw new TsgiError('ERR_TSGI_ENDED');
    }
    this.#callbacks.push(callback);
  };

  /** Calls the application and begins to pull what it returns. */
  start(application: UncheckedApplication, environ: Environ): void {
    let result: unknown;
    try {
      result = application(environ, (status, headers, error) => {
        this.#response.start(status, headers, error);
      });
    } catch (error) {
      this.failed(error);
      return;
    }
    if (this.#options.profile === 'async' && isThenable(result)) {
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
      const open = openBody(body, this.#options.profile);
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
    const work = { stop: undefined, body: this.#body, callbacks: [], outcome: this.#outcome() };
    void cleanUpAsync({ ...work, report: this.#options.report }, this.#options.limit);
  }

  #ignoreRejection(body: unknown): void {
    if (isThenable(body)) {
      Promise.resolve(body).then(closeBody).then(undefined, this.#options.report);
    }
  }

  ready(): boolean {
    return !this.#over && this.#options.sink.ready();
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
      this.#options.report(new TsgiError('ERR_TSGI_CONTENT_FORBIDDEN', `${head.status}`));
    }
    this.#complete();
  }

  #write(chunk: Uint8Array, declared: number | undefined): void {
    const left = declared === undefined ? chunk.byteLength : declared - this.#sent;
    const excess = chunk.byteLength - left;
    const piece = excess > 0 ? chunk.subarray(0, left) : chunk;
    if (piece.byteLength > 0) {
      this.#sent += piece.byteLength;
      this.#options.sink.writeChunk(piece);
    }
    if (excess > 0) {
      this.#options.report(
        new TsgiError('ERR_TSGI_CONTENT_OVER', `${excess} octets after ${declared}`),
      );
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
    const { sink, method, report } = this.#options;
    const committed = this.#head !== undefined;
    report(error);
    if (committed) {
      sink.abort();
    } else {
      this.#status = 500;
      this.#sent = writeOwnResponse(sink, method, 500);
    }
    this.#finish({ aborted: committed, error });
  }

  #commit(): ResponseHead {
    this.#response.commit();
    const { status, headers } = this.#response;
    const { method, sink } = this.#options;
    const knownLength = this.#knownLength;
    const head = buildResponseHead({ method, status, headers, knownLength });
    this.#head = head;
    this.#status = statusCode(status);
    sink.writeHead(head);
    return head;
  }

  #complete(): void {
    this.#options.sink.end();
    this.#finish({ aborted: false, error: undefined });
  }

  #outcome(end?: { aborted: boolean; error: unknown }): Outcome {
    return Object.freeze({
      ...(this.#status === undefined ? {} : { status: this.#status }),
      bytesSent: this.#sent,
      aborted: end?.aborted ?? true,
      ...(end?.error === undefined ? {} : { error: end.error }),
    });
  }

  #finish(end: { aborted: boolean; error: unknown }): void {
    this.#over = true;
    this.#response.end();
    const { profile, report, onDone } = this.#options;
    const outcome = this.#outcome(end);
    const pump = this.#pump;
    const stop = pump && (() => pump.stop());
    if (profile === 'sync') {
      cleanUp({ stop, body: this.#body, callbacks: this.#callbacks, outcome, report });
      this.#cleaned = true;
      onDone();
    } else {
      void this.#finishAsync({ stop, callbacks: this.#callbacks, outcome, report });
    }
  }

  async #finishAsync(work: Omit<CleanupWork, 'body'>): Promise<void> {
    const { limit, report, onDone } = this.#options;
    if (this.#pending !== undefined) {
      await limit(this.#pending).then(undefined, report);
    }
    await cleanUpAsync({ ...work, body: this.#body }, limit);
    this.#cleaned = true;
    onDone();
  }
}
