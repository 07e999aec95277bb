import type { Readable } from 'node:stream';
import type { RequestInput, TsgiError } from '@tsgi/core';
import { Deadline } from '../deadline.ts';
import type { ServerSettings } from '../options.ts';
import type { RequestWatch } from '../request-watch.ts';
import { createRequestBody, NO_REQUEST_BODY, type RequestBody } from './request-body.ts';

/** What a feed asks of its request. */
export interface BodyFeedHost {
  readonly settings: ServerSettings;
  /** Told of what arrives; undefined where nobody wants to know. */
  readonly watch: RequestWatch | undefined;
  /** Whether the stream has ended where the body does, and was not cut off before. */
  readonly bodyComplete: boolean;
  /** The application waits for the body, or for more of it. */
  bodyAwaited(): void;
  /** The body is whole. */
  bodyWhole(): void;
  /** What came cannot be taken: it is too large, or the disk is full. */
  bodyRefused(error: unknown): void;
  /** It has stopped arriving. */
  bodyLate(): void;
}

/** Moves the body of one request from a stream of node's to its reader. */
export class BodyFeed {
  readonly #source: Readable;
  readonly #host: BodyFeedHost;
  readonly #body: RequestBody;
  readonly #stall: Deadline;
  #over = false;

  /**
   * `length` is what the head declares, undefined where it does not. Throws
   * `ERR_TSGI_INPUT_TOO_LARGE`.
   */
  constructor(source: Readable, length: number | undefined, host: BodyFeedHost) {
    this.#source = source;
    this.#host = host;
    this.#stall = new Deadline(host.settings.bodyTimeout, () => host.bodyLate());
    this.#body = createRequestBody(host.settings, length, () => this.#pull());
  }

  /** Whether the application is called only when the body is whole. */
  get waits(): boolean {
    return this.#body !== NO_REQUEST_BODY && this.#host.settings.profile === 'sync';
  }

  /** Whether the application takes the body while it arrives. */
  get streams(): boolean {
    return this.#body !== NO_REQUEST_BODY && this.#host.settings.profile === 'async';
  }

  /** Begins to read, where somebody waits for what comes. */
  start(): void {
    const source = this.#source;
    if (this.#body === NO_REQUEST_BODY) {
      source.resume();
      return;
    }
    source.on('data', (chunk: Uint8Array) => this.#take(chunk));
    source.once('end', () => this.#end());
    if (this.waits) {
      this.#stall.set();
      this.#host.bodyAwaited();
    } else {
      source.pause();
      // node:http throws away, unseen, what follows a response whose request was never read
      source.read(0);
    }
  }

  #pull(): void {
    this.#stall.set();
    this.#host.bodyAwaited();
    this.#source.resume();
  }

  #take(chunk: Uint8Array): void {
    if (this.#over) {
      return;
    }
    this.#host.watch?.received(chunk.byteLength);
    if (this.waits) {
      this.#stall.set();
    } else {
      this.#stall.lift();
    }
    try {
      if (!this.#body.write(chunk)) {
        this.#source.pause();
      }
    } catch (error) {
      this.#host.bodyRefused(error);
    }
  }

  #end(): void {
    this.#stall.lift();
    if (!this.#over && this.#host.bodyComplete) {
      this.#body.end();
      this.#host.bodyWhole();
    }
  }

  /** What the application reads; where it waits for the body, only when that is whole. */
  input(): RequestInput {
    return this.#body.input();
  }

  /** The rest does not come. */
  fail(error: TsgiError): void {
    this.#stall.lift();
    this.#body.fail(error);
  }

  /** What still comes is of no use. */
  stop(): void {
    this.#over = true;
    this.#stall.lift();
  }

  /** Gives up what it holds. */
  dispose(): void {
    this.stop();
    this.#body.dispose();
  }
}
