import { toChunk } from './chunk.ts';
import { TsgiError } from './errors.ts';
import { checkHints, checkTrailers } from './header-list.ts';
import type { RequestHead } from './request-head.ts';
import {
  buildResponseHead,
  carriesTrailers,
  type ResponseFacts,
  writeOwnResponse,
} from './response-head.ts';
import type { ResponseHead, ResponseSink } from './sink.ts';
import { ResponseStart } from './start-response.ts';
import { isBodiless } from './status.ts';

const NO_TRAILERS: readonly string[] = [];

/** Who is told of content that is not sent. */
export interface Reporter {
  report(error: unknown): void;
}

/** What leaves of one response: interim responses, head, content, trailers. */
export class ResponseWriter implements ResponseFacts {
  readonly #request: RequestHead;
  readonly #sink: ResponseSink;
  readonly #reporter: Reporter;
  readonly #start = new ResponseStart();
  #trailers = NO_TRAILERS;
  #head: ResponseHead | undefined;
  #flushed = false;
  #ended = false;
  #sent = 0;
  #status: number | undefined;
  /** The length of the body in octets, where it is known before the commit. */
  knownLength: number | undefined;

  constructor(request: RequestHead, sink: ResponseSink, reporter: Reporter) {
    this.#request = request;
    this.#sink = sink;
    this.#reporter = reporter;
  }

  /** The status code that was committed, or that of the server's own answer. */
  get status(): number | undefined {
    return this.#status;
  }

  /** Octets of content handed to the sink. */
  get sent(): number {
    return this.#sent;
  }

  get request(): RequestHead {
    return this.#request;
  }

  get given(): ResponseStart {
    return this.#start;
  }

  get trailers(): readonly string[] {
    return this.#trailers;
  }

  get committed(): boolean {
    return this.#head !== undefined;
  }

  /** Whether startResponse has been called with success. */
  get started(): boolean {
    const { state } = this.#start;
    return state === 'set' || state === 'committed';
  }

  /** Whether nothing is to follow what has left: a head that was flushed and has no content. */
  get handedOver(): boolean {
    return this.#flushed && this.#head?.hasContent === false;
  }

  /** Whether what the body yields would be sent. */
  get sendsContent(): boolean {
    return this.#request.method !== 'HEAD' && !isBodiless(this.#start.parsed.code);
  }

  ready(): boolean {
    return !this.#ended && this.#sink.ready();
  }

  /** startResponse. */
  start(status: unknown, headers: unknown, error: unknown): void {
    this.#start.start(status, headers, error);
  }

  /** `tsgi.flush_headers`: commits, and the head leaves. */
  flush(): void {
    if (this.#start.flush()) {
      this.#flushed = true;
      this.#writeHead(undefined);
      this.#sink.flushHead?.();
    }
  }

  /** `tsgi.early_hints`. */
  hint(headers: unknown): void {
    const flat = checkHints(headers);
    if (flat.length > 0 && !this.#ended && this.#head === undefined) {
      this.#sink.writeInterim?.(103, 'Early Hints', flat);
    }
  }

  /** `tsgi.trailers`. */
  setTrailers(trailers: unknown): void {
    if (this.#ended) {
      throw new TsgiError('ERR_TSGI_ENDED');
    }
    this.#trailers = checkTrailers(trailers);
  }

  /** Takes a chunk; gives whether more is wanted. Throws `ERR_TSGI_CHUNK`, `ERR_TSGI_NOT_STARTED`. */
  take(value: unknown): boolean {
    const chunk = toChunk(value);
    if (chunk.byteLength === 0) {
      return true;
    }
    const head = this.#head ?? this.#commit();
    if (!head.hasContent) {
      this.#forbid(head.status);
      return false;
    }
    return this.#write(chunk, head.contentLength);
  }

  /** As a chunk that is not sent, since the response has no content. Throws ERR_TSGI_NOT_STARTED. */
  discard(): void {
    const head = this.#head ?? this.#commit();
    this.#forbid(head.status);
  }

  #forbid(status: number): void {
    if (isBodiless(status)) {
      this.#reporter.report(new TsgiError('ERR_TSGI_CONTENT_FORBIDDEN', `${status}`));
    }
  }

  #write(chunk: Uint8Array, declared: number | undefined): boolean {
    const left = declared === undefined ? chunk.byteLength : declared - this.#sent;
    const excess = chunk.byteLength - left;
    const piece = excess > 0 ? chunk.subarray(0, left) : chunk;
    if (piece.byteLength > 0) {
      this.#sent += piece.byteLength;
      this.#sink.writeChunk(piece);
    }
    if (excess > 0) {
      this.#trailers = NO_TRAILERS;
      this.#reporter.report(
        new TsgiError('ERR_TSGI_CONTENT_OVER', `${excess} octets after ${declared}`),
      );
    }
    return excess <= 0;
  }

  /** The body is exhausted. Throws `ERR_TSGI_NOT_STARTED` or `ERR_TSGI_CONTENT_UNDER`. */
  exhaust(): void {
    // nothing was sent yet, so the length of any body is known by now
    this.knownLength ??= this.#head === undefined ? 0 : undefined;
    const head = this.#head ?? this.#commit();
    const declared = head.hasContent ? head.contentLength : undefined;
    if (declared !== undefined && this.#sent < declared) {
      throw new TsgiError('ERR_TSGI_CONTENT_UNDER', `${this.#sent} octets of ${declared}`);
    }
  }

  #commit(): ResponseHead {
    this.#start.commit();
    return this.#writeHead(this.knownLength);
  }

  #writeHead(knownLength: number | undefined): ResponseHead {
    const head = buildResponseHead(this, knownLength);
    this.#head = head;
    this.#status = head.status;
    this.#sink.writeHead(head);
    return head;
  }

  /** The response is complete. */
  complete(): void {
    this.#ended = true;
    const head = this.#head as ResponseHead;
    if (this.#trailers.length > 0 && carriesTrailers(head, this.#request.protocol)) {
      this.#sink.endWithTrailers?.(this.#trailers);
    } else {
      this.#sink.end();
    }
  }

  /** A fault: the server's own 500 where nothing is committed, otherwise the response is cut off. */
  fail(): void {
    this.#ended = true;
    if (this.#head === undefined) {
      this.#status = 500;
      this.#sent = writeOwnResponse(this.#sink, this.#request.method, 500);
    } else {
      this.#sink.abort();
    }
  }

  /** From here on nothing leaves, and startResponse throws. */
  end(): void {
    this.#ended = true;
    this.#start.end();
  }
}
