import type { CancelSignal, Environ, Outcome, Profile } from '@tsgi/types';
import { isThenable, openBody } from './body.ts';
import { createPump, type Pump } from './body-pump.ts';
import {
  type CleanupWork,
  cleanUp,
  cleanUpAsync,
  closeBody,
  type FinishCallback,
} from './cleanup.ts';
import { TsgiError } from './errors.ts';
import type { ResponseFunctions } from './extensions.ts';
import type { FilePumpHost, FileReader } from './file-pump.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { type Reporter, ResponseWriter } from './response-writer.ts';
import type { SignalSource } from './signal.ts';
import type { TimeLimit } from './time-limit.ts';

/** Any application, seen from the gateway: what it returns is checked, not believed. */
export type UncheckedApplication = (
  environ: Environ,
  startResponse: (status: unknown, headers: unknown, error?: unknown) => void,
) => unknown;

/** What every exchange of a gateway has in common. */
export interface ExchangeHost {
  readonly profile: Profile;
  readonly limit: TimeLimit;
  /** Makes `tsgi.signal`; undefined where there is none. */
  readonly signals: SignalSource | undefined;
  /** Reads the regions of bodies that name one; undefined, where they are iterated. */
  readonly readFile: FileReader | undefined;
  /** Told of every fault, once. */
  readonly report: (error: unknown, environ: Environ) => void;
}

/** How a response ended. */
interface End {
  readonly aborted: boolean;
  readonly error: unknown;
}

const COMPLETE: End = { aborted: false, error: undefined };

/** One request and its response, from the call of the application to the end of cleanup. */
export class Exchange implements FilePumpHost, ResponseFunctions, Reporter, CleanupWork {
  readonly #request: GatewayRequest;
  readonly #host: ExchangeHost;
  readonly #response: ResponseWriter;
  readonly #signal: unknown;
  #environ: Environ | undefined;
  #callbacks: FinishCallback[] | undefined;
  #pending: Promise<void> | undefined;
  #body: unknown;
  #pump: Pump | undefined;
  #end = COMPLETE;
  /** Whether no more content is wanted than was given. */
  #full = false;
  #over = false;
  #cleaned = false;

  constructor(request: GatewayRequest, host: ExchangeHost) {
    this.#request = request;
    this.#host = host;
    this.#response = new ResponseWriter(request.admission.head, request.sink, this);
    this.#signal = host.signals?.create();
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

  report(error: unknown): void {
    this.#host.report(error, this.#environ as Environ);
  }

  /** `tsgi.signal` of this request. */
  get signal(): CancelSignal | undefined {
    return this.#host.signals?.signal(this.#signal);
  }

  flushHeaders(): void {
    this.#response.flush();
  }

  earlyHints(headers: unknown): void {
    this.#response.hint(headers);
  }

  setTrailers(trailers: unknown): void {
    this.#response.setTrailers(trailers);
  }

  /** Calls the application and begins to pull what it returns. */
  start(application: UncheckedApplication, environ: Environ): void {
    this.#environ = environ;
    let result: unknown;
    let waits: boolean;
    try {
      result = application(environ, (status, headers, error) => {
        this.#response.start(status, headers, error);
      });
      waits = this.#host.profile === 'async' && isThenable(result);
    } catch (error) {
      this.#body = result;
      this.failed(error);
      return;
    }
    if (waits) {
      this.#pending = this.#await(result);
    } else {
      this.#returned(result);
    }
  }

  async #await(result: unknown): Promise<void> {
    let body: unknown;
    try {
      body = await result;
    } catch (error) {
      this.#pending = undefined;
      this.failed(error);
      return;
    }
    this.#pending = undefined;
    this.#returned(body);
  }

  /** The transport can take more. */
  resume(): void {
    this.#pump?.run();
  }

  /** The transport is gone, and with it the response; the outcome carries the error. */
  disconnect(error: unknown = new TsgiError('ERR_TSGI_ABORTED')): void {
    if (this.#over) {
      return;
    }
    if (this.#response.handedOver) {
      this.#finish(COMPLETE);
    } else {
      this.#abortSignal(error);
      this.#finish({ aborted: true, error });
    }
  }

  #abortSignal(cause: unknown): void {
    const known = cause instanceof TsgiError && cause.code === 'ERR_TSGI_ABORTED';
    const reason = known ? cause : new TsgiError('ERR_TSGI_ABORTED', undefined, cause);
    // whatever a listener calls finds the response at its end
    this.#over = true;
    this.#response.end();
    this.#host.signals?.abort(this.#signal, reason, (error) => this.report(error));
  }

  #returned(body: unknown): void {
    this.#body = body;
    if (this.#over) {
      this.#closeLate();
      return;
    }
    const { profile, readFile } = this.#host;
    try {
      const sendsFiles = readFile !== undefined && this.#response.started;
      const open = openBody(body, { profile, sendsFiles });
      this.#response.knownLength = open.kind === 'async' ? undefined : open.length;
      this.#pump = createPump(open, this, readFile);
    } catch (error) {
      this.#ignoreRejection(body);
      this.failed(error);
      return;
    }
    this.#pump.run();
  }

  // The client left while the application was still at work; cleanup waits, up to its limit.
  #closeLate(): void {
    if (this.#cleaned) {
      void cleanUpAsync(this, this.#host.limit);
    }
  }

  // A promise that cannot be used may still reject, and what it gives may want to be closed.
  #ignoreRejection(body: unknown): void {
    try {
      if (isThenable(body)) {
        Promise.resolve(body)
          .then(closeBody)
          .then(undefined, (error: unknown) => this.report(error));
      }
    } catch {
      // a `then` that throws when it is looked at has been reported
    }
  }

  ready(): boolean {
    if (this.#over || !this.#response.ready()) {
      return false;
    }
    if (this.#full) {
      this.#complete();
    }
    return !this.#full;
  }

  sendsContent(): boolean {
    return this.#response.sendsContent;
  }

  take(chunk: unknown): void {
    if (!this.#over && !this.#response.take(chunk)) {
      // complete once the transport holds nothing of it: the memory is the application's again then
      this.#full = true;
    }
  }

  discarded(): void {
    this.#response.discard();
    this.#complete();
  }

  exhausted(): void {
    if (this.#over) {
      return;
    }
    try {
      this.#response.exhaust();
    } catch (error) {
      this.failed(error);
      return;
    }
    this.#complete();
  }

  failed(error: unknown): void {
    if (this.#over) {
      return;
    }
    const { committed: aborted, handedOver } = this.#response;
    this.report(error);
    this.#response.fail();
    if (aborted && !handedOver) {
      this.#abortSignal(error);
    }
    this.#finish({ aborted, error });
  }

  #complete(): void {
    this.#response.complete();
    this.#finish(COMPLETE);
  }

  #finish(end: End): void {
    this.#over = true;
    this.#end = end;
    this.#response.end();
    this.#request.input.release?.();
    if (this.#pump?.settle === undefined) {
      this.#cleanUp();
    } else {
      this.#pump.settle(() => this.#cleanUp());
    }
  }

  #cleanUp(): void {
    if (this.#host.profile === 'sync') {
      cleanUp(this);
      this.#done();
    } else {
      void this.#cleanUpAsync();
    }
  }

  async #cleanUpAsync(): Promise<void> {
    if (this.#pending !== undefined) {
      const report = (error: unknown): void => this.report(error);
      await this.#host.limit(this.#pending).then(undefined, report);
    }
    await cleanUpAsync(this, this.#host.limit);
    this.#done();
  }

  #done(): void {
    this.#cleaned = true;
    this.#request.onDone();
  }

  get pump(): Pump | undefined {
    return this.#pump;
  }

  get body(): unknown {
    return this.#body;
  }

  hasCallback(): boolean {
    return this.#callbacks !== undefined && this.#callbacks.length > 0;
  }

  runCallback(): unknown {
    return this.#callbacks?.pop()?.(this.#outcome());
  }

  #outcome(): Outcome {
    const { status, sent } = this.#response;
    const { aborted, error } = this.#end;
    return {
      ...(status === undefined ? {} : { status }),
      bytesSent: sent,
      aborted,
      ...(error === undefined ? {} : { error }),
    };
  }
}
