import { type BodyReader, createBodyReader } from './body-readers.ts';
import { type BodyWriter, createBodyWriter, writeFieldLines } from './body-writers.ts';
import { Http1Error } from './errors.ts';
import type { DataEvent, EndEvent, RequestEvent, ServerEvent } from './events.ts';
import { type BodyFraming, lengthFraming, NO_BODY } from './framing.ts';
import { HeadReader } from './head-reader.ts';
import { HTTP1_LIMITS, type Http1Limits } from './limits.ts';
import { type DecodeLatin1, decodeLatin1, ReceiveBuffer } from './receive-buffer.ts';
import { parseRequest, parseRequestLine, type RequestLine } from './request-head.ts';
import { type DirectionEvent, type DirectionState, isOpen, nextState } from './states.ts';

/** The head of a response, as it is to be sent. */
export interface SentHead {
  readonly status: number;
  /** May be empty. */
  readonly reason: string;
  /** name, value, name, value, … without the fields that belong to the connection. */
  readonly headers: readonly string[];
  /** The length of the content in octets; undefined where it is not known. */
  readonly contentLength: number | undefined;
  /** False where no content follows whatever the headers say: HEAD, 204, 304. */
  readonly hasContent: boolean;
}

/** What the engine can be told. */
export interface Http1ServerOptions {
  readonly limits?: Partial<Http1Limits> | undefined;
  /** A faster way to decode, where the runtime has one. */
  readonly decode?: DecodeLatin1 | undefined;
}

/**
 * The server's end of one HTTP/1 connection, without I/O: `receive` takes octets, `next` gives what
 * they mean, the `send` methods give what is to be written. Errors of the peer are thrown by `next`;
 * after one, nothing more is read, and the connection is to be closed after the answer.
 */
export class Http1Server {
  readonly #limits: Http1Limits;
  readonly #buffer: ReceiveBuffer;
  readonly #heads: HeadReader<RequestLine>;
  #theirs: DirectionState = 'idle';
  #ours: DirectionState = 'idle';
  #reader: BodyReader | undefined;
  #writer: BodyWriter | undefined;
  #framing: BodyFraming = NO_BODY;
  #request: RequestEvent | undefined;
  #keepAlive = true;
  #emptyLines = 0;
  #eof = false;

  constructor(options: Http1ServerOptions = {}) {
    this.#limits = { ...HTTP1_LIMITS, ...options.limits };
    this.#buffer = new ReceiveBuffer(options.decode ?? decodeLatin1);
    this.#heads = new HeadReader(this.#buffer, this.#limits, {
      parse: parseRequestLine,
      most: this.#limits.requestLine,
      tooLong: 'ERR_HTTP1_TARGET_TOO_LONG',
    });
  }

  /** The client's direction. */
  get theirState(): DirectionState {
    return this.#theirs;
  }

  /** The server's direction. */
  get ourState(): DirectionState {
    return this.#ours;
  }

  /** Whether the connection is kept when this cycle is over. */
  get keepAlive(): boolean {
    return this.#keepAlive;
  }

  /** Octets received and not read. */
  get unread(): number {
    return this.#buffer.length + this.#heads.held;
  }

  /**
   * Takes octets over; an empty array says that the client sends no more. What comes after the last
   * request of the connection is dropped.
   */
  receive(octets: Uint8Array): void {
    if (octets.byteLength === 0) {
      this.#eof = true;
    } else if (isOpen(this.#theirs, this.#keepAlive)) {
      this.#buffer.push(octets);
    }
  }

  /** What comes next. Throws an Http1Error where the client broke the protocol. */
  next(): ServerEvent {
    try {
      return this.#nextEvent();
    } catch (error) {
      this.#theirs = this.#step(this.#theirs, 'fault');
      this.#keepAlive = false;
      this.#heads.clear();
      throw error;
    }
  }

  #nextEvent(): ServerEvent {
    switch (this.#theirs) {
      case 'idle':
        return this.#nextRequest();
      case 'body':
        return this.#nextData();
      case 'done':
        return this.#keepAlive ? 'paused' : this.#closed();
      default:
        return 'closed';
    }
  }

  // RFC 9112 section 9.6: what came after the last request is not processed
  #closed(): 'closed' {
    this.#heads.clear();
    return 'closed';
  }

  #nextRequest(): ServerEvent {
    if (this.#heads.held === 0) {
      this.#skipEmptyLines();
    }
    const head = this.#heads.next();
    if (head === undefined) {
      return this.#eof ? this.#endOfRequests() : 'need-data';
    }
    const request = parseRequest(head.startLine, head.section, this.#limits);
    this.#request = request;
    this.#keepAlive &&= request.keepAlive;
    this.#reader = createBodyReader(
      request.contentLength === undefined
        ? { kind: 'chunked' }
        : lengthFraming(request.contentLength),
      this.#limits,
    );
    this.#theirs = this.#step(this.#theirs, 'head');
    return request;
  }

  // RFC 9112 section 2.2: at least one empty line before a request line is ignored
  #skipEmptyLines(): void {
    while (this.#buffer.takeCrlf() === true) {
      this.#emptyLines += 1;
      if (this.#emptyLines > this.#limits.emptyLines) {
        throw new Http1Error('ERR_HTTP1_REQUEST_LINE', '');
      }
    }
  }

  #endOfRequests(): ServerEvent {
    if (this.unread > 0) {
      throw new Http1Error('ERR_HTTP1_TRUNCATED');
    }
    this.#theirs = this.#step(this.#theirs, 'close');
    return 'closed';
  }

  #nextData(): DataEvent | EndEvent | 'need-data' {
    const reader = this.#reader as BodyReader;
    const event = reader.next(this.#buffer) ?? (this.#eof ? reader.finish() : 'need-data');
    if (event !== 'need-data' && event.type === 'end') {
      this.#theirs = this.#step(this.#theirs, 'end');
    }
    return event;
  }

  /** An interim response; empty for an HTTP/1.0 client: RFC 9110 section 15.2. */
  sendInterim(status: number, reason: string, headers: readonly string[] = []): string {
    this.#ours = this.#step(this.#ours, 'interim');
    return this.#request?.protocol === 'HTTP/1.1'
      ? `HTTP/1.1 ${status} ${reason}\r\n${writeFieldLines(headers)}\r\n`
      : '';
  }

  /** The connection closes when this cycle is over; to be said before the head is sent. */
  closeAfter(): void {
    this.#keepAlive = false;
  }

  /**
   * The head, with the fields that frame the content and say what becomes of the connection.
   * `extraLines` are field lines of the caller, each with its CR LF, such as Date.
   */
  sendHead(head: SentHead, extraLines = ''): string {
    this.#ours = this.#step(this.#ours, 'head');
    const framing = this.#frame(head);
    this.#framing = framing;
    this.#writer = createBodyWriter(framing);
    return `HTTP/1.1 ${head.status} ${head.reason}\r\n${writeFieldLines(head.headers)}${
      extraLines
    }${framing.kind === 'chunked' ? 'Transfer-Encoding: chunked\r\n' : ''}${this.#connectionLine()}\r\n`;
  }

  #frame(head: SentHead): BodyFraming {
    if (!head.hasContent) {
      return NO_BODY;
    }
    if (head.contentLength !== undefined) {
      return lengthFraming(head.contentLength);
    }
    if (this.#request?.protocol === 'HTTP/1.1') {
      return { kind: 'chunked' };
    }
    this.#keepAlive = false;
    return { kind: 'close' };
  }

  // RFC 9112 sections 9.3 and 9.6
  #connectionLine(): string {
    if (!this.#keepAlive) {
      return 'Connection: close\r\n';
    }
    return this.#request?.protocol === 'HTTP/1.0' ? 'Connection: keep-alive\r\n' : '';
  }

  /** What goes before a piece of content of so many octets, more than none. */
  sendData(length: number): string {
    this.#ours = this.#step(this.#ours, 'data');
    return (this.#writer as BodyWriter).before(length);
  }

  /** What goes after each piece of content. */
  get afterData(): string {
    return this.#writer?.after ?? '';
  }

  /** Whether only the end of the connection ends the content. */
  get closeDelimited(): boolean {
    return this.#framing.kind === 'close';
  }

  /** What goes after the content. */
  sendEnd(trailers: readonly string[] = []): string {
    const ours = this.#step(this.#ours, 'end');
    const rest = (this.#writer as BodyWriter).end(trailers);
    this.#ours = ours;
    return rest;
  }

  /** Begins the next cycle. Throws ERR_HTTP1_STATE where this one is not over or not kept. */
  nextCycle(): void {
    if (!this.#keepAlive) {
      throw new Http1Error('ERR_HTTP1_STATE', 'a further cycle after the close');
    }
    const ours = this.#step(this.#ours, 'next-cycle');
    this.#theirs = this.#step(this.#theirs, 'next-cycle');
    this.#ours = ours;
    this.#reader = undefined;
    this.#writer = undefined;
    this.#request = undefined;
    this.#framing = NO_BODY;
    this.#emptyLines = 0;
  }

  #step(state: DirectionState, event: DirectionEvent): DirectionState {
    const next = nextState(state, event);
    if (next === undefined) {
      throw new Http1Error('ERR_HTTP1_STATE', `${event} while ${state}`);
    }
    return next;
  }
}
