import { type BodyReader, createBodyReader } from './body-readers.ts';
import { type BodyWriter, createBodyWriter, writeFieldLines } from './body-writers.ts';
import { Http1Error } from './errors.ts';
import type { DataEvent, EndEvent, RequestEvent, ServerEvent } from './events.ts';
import { type BodyFraming, lengthFraming, NO_BODY } from './framing.ts';
import { HeadLines, type SentHead } from './head-lines.ts';
import { HeadReader } from './head-reader.ts';
import { HTTP1_LIMITS, type Http1Limits } from './limits.ts';
import { type DecodeLatin1, decodeLatin1, ReceiveBuffer } from './receive-buffer.ts';
import {
  buildRequest,
  NO_SECTION,
  parseRequestLine,
  parseRequestSection,
  type RequestLine,
  type RequestSection,
  versionOf,
} from './request-head.ts';
import { allowed, type Direction, DIRECTIONS, type DirectionState, isOpen } from './states.ts';

/** What the engine can be told. */
export interface Http1ServerOptions {
  /** Each that is given replaces the one of HTTP1_LIMITS. */
  readonly limits?: Partial<Http1Limits> | undefined;
  /** A faster way to decode, where the runtime has one. */
  readonly decode?: DecodeLatin1 | undefined;
  /** What is remembered of heads that were sent; the connections of one server share it. */
  readonly lines?: HeadLines | undefined;
}

/** Octets of a header section that is remembered, in case the next request repeats it. */
const LONGEST_REPEATED = 4096;

const CHUNKED: BodyFraming = { kind: 'chunked' };
const UNTIL_CLOSE: BodyFraming = { kind: 'close' };
const NO_FIELDS: readonly string[] = [];

/**
 * The server's end of one HTTP/1 connection, without I/O: `receive` takes octets, `next` gives what
 * they mean, the `send` methods give what is to be written. Errors of the peer are thrown by `next`;
 * after one, nothing more is read, and the connection is to be closed after the answer.
 */
export class Http1Server {
  readonly #limits: Http1Limits;
  readonly #buffer: ReceiveBuffer;
  readonly #heads: HeadReader<RequestLine>;
  #theirs: Direction = DIRECTIONS.idle;
  #ours: Direction = DIRECTIONS.idle;
  #reader: BodyReader | undefined;
  #writer: BodyWriter | undefined;
  #framing: BodyFraming = NO_BODY;
  #request: RequestEvent | undefined;
  readonly #lines: HeadLines;
  #section = NO_SECTION;
  #keepAlive = true;
  #emptyLines = 0;
  #refused: RequestLine | undefined;
  #eof = false;

  /** For one connection, from its first octet on. */
  constructor(options: Http1ServerOptions = {}) {
    this.#limits = { ...HTTP1_LIMITS, ...options.limits };
    this.#buffer = new ReceiveBuffer(options.decode ?? decodeLatin1);
    this.#lines = options.lines ?? new HeadLines();
    this.#heads = new HeadReader(this.#buffer, this.#limits, {
      parse: parseRequestLine,
      most: this.#limits.requestLine,
      tooLong: 'ERR_HTTP1_TARGET_TOO_LONG',
    });
  }

  /** The client's direction. */
  get theirState(): DirectionState {
    return this.#theirs.state;
  }

  /** The server's direction. */
  get ourState(): DirectionState {
    return this.#ours.state;
  }

  /** Whether the connection is kept when this cycle is over. */
  get keepAlive(): boolean {
    return this.#keepAlive;
  }

  /** Octets received and not read. */
  get unread(): number {
    return this.#buffer.length + this.#heads.held;
  }

  /** The request line of a head that has not come whole, or was refused, where it could be read. */
  get requestLine(): Pick<RequestEvent, 'method' | 'target' | 'protocol'> | undefined {
    const line = this.#refused ?? this.#heads.startLine;
    return line && { method: line.method, target: line.target, protocol: versionOf(line.minor) };
  }

  /**
   * Takes octets over; an empty array says that the client sends no more. What comes after the last
   * request of the connection is dropped.
   */
  receive(octets: Uint8Array): void {
    if (octets.byteLength === 0) {
      this.#eof = true;
    } else if (isOpen(this.#theirs.state, this.#keepAlive)) {
      this.#buffer.push(octets);
    }
  }

  /**
   * As `receive`, of the first `count` octets of memory that the caller uses again: after the calls
   * of `next` it calls `keep`.
   */
  lend(octets: Uint8Array, count: number): void {
    if (isOpen(this.#theirs.state, this.#keepAlive)) {
      this.#buffer.lend(octets, count);
    }
  }

  /** Copies what was lent and is not read yet. */
  keep(): void {
    this.#buffer.keep();
  }

  /** What comes next. Throws an Http1Error where the client broke the protocol. */
  next(): ServerEvent {
    try {
      return this.#nextEvent();
    } catch (error) {
      this.#theirs = allowed(this.#theirs.fault, this.#theirs, 'fault');
      this.#keepAlive = false;
      this.#refused ??= this.#heads.startLine;
      this.#heads.clear();
      throw error;
    }
  }

  #nextEvent(): ServerEvent {
    switch (this.#theirs.state) {
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
    const { startLine, section } = head;
    const request = this.#buildRequest(startLine, section);
    const { contentLength } = request;
    this.#request = request;
    this.#keepAlive &&= request.keepAlive;
    const framing = contentLength === undefined ? CHUNKED : lengthFraming(contentLength);
    this.#reader = createBodyReader(framing, this.#limits);
    this.#theirs = allowed(this.#theirs.head, this.#theirs, 'head');
    return request;
  }

  #buildRequest(line: RequestLine, section: string): RequestEvent {
    try {
      return buildRequest(line, this.#parseSection(section, line.minor));
    } catch (error) {
      this.#refused = line;
      throw error;
    }
  }

  // Clients repeat themselves on a connection: what was parsed once holds for the same octets.
  #parseSection(text: string, minor: number): RequestSection {
    const last = this.#section;
    if (last.text === text && last.minor === minor) {
      return last;
    }
    const section = parseRequestSection(text, minor, this.#limits);
    this.#section = text.length <= LONGEST_REPEATED ? section : NO_SECTION;
    return section;
  }

  /** Forgets what it remembers of the last request in case the next one is like it. */
  forget(): void {
    this.#section = NO_SECTION;
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
    this.#theirs = allowed(this.#theirs.close, this.#theirs, 'close');
    return 'closed';
  }

  #nextData(): DataEvent | EndEvent | 'need-data' {
    const reader = this.#reader as BodyReader;
    const event = reader.next(this.#buffer) ?? (this.#eof ? reader.finish() : 'need-data');
    if (event !== 'need-data' && event.type === 'end') {
      this.#theirs = allowed(this.#theirs.end, this.#theirs, 'end');
    }
    return event;
  }

  /** An interim response; empty for an HTTP/1.0 client: RFC 9110 section 15.2. */
  sendInterim(status: number, reason: string, headers: readonly string[] = NO_FIELDS): string {
    this.#ours = allowed(this.#ours.interim, this.#ours, 'interim');
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
   * `extraLines` are field lines of the caller, each with its CR LF, such as Date; they do not come
   * between those of the head, but for a Content-Length at their end.
   */
  sendHead(head: SentHead, extraLines = ''): string {
    this.#ours = allowed(this.#ours.head, this.#ours, 'head');
    const framing = this.#frame(head);
    this.#framing = framing;
    this.#writer = createBodyWriter(framing);
    const start = this.#lines.write(head, extraLines);
    const chunked = framing === CHUNKED ? 'Transfer-Encoding: chunked\r\n' : '';
    const connection = this.#connectionLine();
    return chunked === '' && connection === ''
      ? `${start}\r\n`
      : `${start}${chunked}${connection}\r\n`;
  }

  #frame(head: SentHead): BodyFraming {
    if (!head.hasContent) {
      return NO_BODY;
    }
    if (head.contentLength !== undefined) {
      return lengthFraming(head.contentLength);
    }
    if (this.#request?.protocol === 'HTTP/1.1') {
      return CHUNKED;
    }
    this.#keepAlive = false;
    return UNTIL_CLOSE;
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
    this.#ours = allowed(this.#ours.data, this.#ours, 'data');
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
  sendEnd(trailers: readonly string[] = NO_FIELDS): string {
    const ours = allowed(this.#ours.end, this.#ours, 'end');
    const rest = (this.#writer as BodyWriter).end(trailers);
    this.#ours = ours;
    return rest;
  }

  /** Begins the next cycle. Throws ERR_HTTP1_STATE where this one is not over or not kept. */
  nextCycle(): void {
    if (!this.#keepAlive) {
      throw new Http1Error('ERR_HTTP1_STATE', 'a further cycle after the close');
    }
    const ours = allowed(this.#ours['next-cycle'], this.#ours, 'next-cycle');
    this.#theirs = allowed(this.#theirs['next-cycle'], this.#theirs, 'next-cycle');
    this.#ours = ours;
    this.#reader = undefined;
    this.#writer = undefined;
    this.#request = undefined;
    this.#framing = NO_BODY;
    this.#emptyLines = 0;
  }
}
