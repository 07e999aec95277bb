import { type BodyReader, createBodyReader } from './body-readers.ts';
import { type BodyWriter, createBodyWriter, writeFieldLines } from './body-writers.ts';
import { Http1Error } from './errors.ts';
import type { ClientEvent, DataEvent, EndEvent, ResponseEvent } from './events.ts';
import {
  type FieldFacts,
  parseContentLength,
  parseFields,
  parseKeepAlive,
  parseTransferEncoding,
  saysClose,
} from './fields.ts';
import { type BodyFraming, lengthFraming, NO_BODY } from './framing.ts';
import { STATUS_LINE } from './grammar.ts';
import { HeadReader } from './head-reader.ts';
import { HTTP1_LIMITS, type Http1Limits } from './limits.ts';
import { type DecodeLatin1, decodeLatin1, ReceiveBuffer } from './receive-buffer.ts';
import { allowed, type Direction, DIRECTIONS, type DirectionState, isOpen } from './states.ts';

/** The head of a request, as it is to be sent. */
export interface SentRequest {
  /** Written as it is; a response to `HEAD` is read without a body. */
  readonly method: string;
  /** The request-target, written as it is: RFC 9112 section 3.2. */
  readonly target: string;
  /** name, value, name, value, … Host among them. */
  readonly headers: readonly string[];
  /** Octets; undefined sends the body chunked. */
  readonly contentLength: number | undefined;
}

/** What the engine can be told. */
export interface Http1ClientOptions {
  /** Each that is given replaces the one of HTTP1_LIMITS. */
  readonly limits?: Partial<Http1Limits> | undefined;
  /** A faster way to decode, where the runtime has one. */
  readonly decode?: DecodeLatin1 | undefined;
}

interface StatusLine {
  readonly status: number;
  readonly reason: string;
  readonly minor: number;
}

// RFC 9112 section 4: status-line = HTTP-version SP status-code SP [ reason-phrase ]
function parseStatusLine(line: string): StatusLine {
  const match = STATUS_LINE.exec(line);
  if (match === null || match[1] !== '1') {
    const badEnd = line.includes('\n') || line.includes('\r');
    throw new Http1Error(badEnd ? 'ERR_HTTP1_LINE_END' : 'ERR_HTTP1_STATUS_LINE', line);
  }
  return { status: Number(match[3]), reason: match[4] ?? '', minor: Number(match[2]) };
}

/** The client's end of one HTTP/1.1 connection, without I/O; the counterpart of Http1Server. */
export class Http1Client {
  readonly #limits: Http1Limits;
  readonly #buffer: ReceiveBuffer;
  readonly #heads: HeadReader<StatusLine>;
  #ours: Direction = DIRECTIONS.idle;
  #theirs: Direction = DIRECTIONS.idle;
  #reader: BodyReader | undefined;
  #writer: BodyWriter | undefined;
  #method = '';
  #keepAlive = true;
  #eof = false;

  /** For one connection, from its first octet on. */
  constructor(options: Http1ClientOptions = {}) {
    this.#limits = { ...HTTP1_LIMITS, ...options.limits };
    this.#buffer = new ReceiveBuffer(options.decode ?? decodeLatin1);
    this.#heads = new HeadReader(this.#buffer, this.#limits, {
      parse: parseStatusLine,
      most: this.#limits.head,
      tooLong: 'ERR_HTTP1_HEAD_TOO_LARGE',
    });
  }

  /** The client's direction. */
  get ourState(): DirectionState {
    return this.#ours.state;
  }

  /** The server's direction. */
  get theirState(): DirectionState {
    return this.#theirs.state;
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
   * Takes octets over; an empty array says that the server sends no more. What comes after the last
   * response of the connection is dropped.
   */
  receive(octets: Uint8Array): void {
    if (octets.byteLength === 0) {
      this.#eof = true;
    } else if (isOpen(this.#theirs.state, this.#keepAlive)) {
      this.#buffer.push(octets);
    }
  }

  /** The head of a request, with the field that frames its body. */
  sendHead(request: SentRequest): string {
    this.#ours = allowed(this.#ours.head, this.#ours, 'head');
    this.#method = request.method;
    this.#keepAlive &&= !saysClose(request.headers);
    const { contentLength } = request;
    this.#writer = createBodyWriter(
      contentLength === undefined ? { kind: 'chunked' } : lengthFraming(contentLength),
    );
    const framing =
      contentLength === undefined
        ? 'Transfer-Encoding: chunked\r\n'
        : contentLength === 0
          ? ''
          : `Content-Length: ${contentLength}\r\n`;
    const line = `${request.method} ${request.target} HTTP/1.1\r\n`;
    return `${line}${writeFieldLines(request.headers)}${framing}\r\n`;
  }

  /** What goes before a piece of the body of so many octets. */
  sendData(length: number): string {
    this.#ours = allowed(this.#ours.data, this.#ours, 'data');
    return (this.#writer as BodyWriter).before(length);
  }

  /** What goes after each piece of the body. */
  get afterData(): string {
    return this.#writer?.after ?? '';
  }

  /** What goes after the body. */
  sendEnd(trailers: readonly string[] = []): string {
    const ours = allowed(this.#ours.end, this.#ours, 'end');
    const rest = (this.#writer as BodyWriter).end(trailers);
    this.#ours = ours;
    return rest;
  }

  /** What comes next. Throws an Http1Error where the server broke the protocol. */
  next(): ClientEvent {
    try {
      return this.#nextEvent();
    } catch (error) {
      this.#theirs = allowed(this.#theirs.fault, this.#theirs, 'fault');
      this.#keepAlive = false;
      this.#heads.clear();
      throw error;
    }
  }

  #nextEvent(): ClientEvent {
    switch (this.#theirs.state) {
      case 'idle':
        return this.#nextResponse();
      case 'body':
        return this.#nextData();
      case 'done':
        return this.#keepAlive ? 'paused' : this.#closed();
      default:
        return 'closed';
    }
  }

  // RFC 9112 section 9.6: what came after the last response is not processed
  #closed(): 'closed' {
    this.#heads.clear();
    return 'closed';
  }

  #nextResponse(): ClientEvent {
    if (this.#ours === DIRECTIONS.idle) {
      this.#expectNothing();
      return this.#eof ? this.#endOfResponses() : 'need-data';
    }
    const head = this.#heads.next();
    if (head === undefined) {
      return this.#eof ? this.#endOfResponses() : 'need-data';
    }
    return this.#takeResponse(head.startLine, head.section);
  }

  // RFC 9112 section 9.2: what comes without a request is no response; empty lines may be ignored
  #expectNothing(): void {
    let empty = this.#buffer.takeCrlf();
    while (empty === true) {
      empty = this.#buffer.takeCrlf();
    }
    if (empty === false) {
      throw new Http1Error('ERR_HTTP1_UNSOLICITED');
    }
  }

  #endOfResponses(): 'closed' {
    if (this.unread > 0 || this.#ours !== DIRECTIONS.idle) {
      throw new Http1Error('ERR_HTTP1_TRUNCATED');
    }
    this.#theirs = allowed(this.#theirs.close, this.#theirs, 'close');
    return 'closed';
  }

  #takeResponse({ status, reason, minor }: StatusLine, section: string): ResponseEvent {
    const facts = parseFields(section, this.#limits);
    if (status >= 200) {
      this.#begin(status, facts, minor);
    } else {
      this.#theirs = allowed(this.#theirs.interim, this.#theirs, 'interim');
    }
    return {
      type: 'response',
      status,
      reason,
      protocol: minor > 0 ? 'HTTP/1.1' : 'HTTP/1.0',
      headers: facts.flat,
      keepAlive: this.#keepAlive,
    };
  }

  #begin(status: number, facts: FieldFacts, minor: number): void {
    const framing = this.#frame(status, facts, minor);
    this.#keepAlive &&= parseKeepAlive(facts, minor) && framing.kind !== 'close';
    this.#reader = createBodyReader(framing, this.#limits);
    this.#theirs = allowed(this.#theirs.head, this.#theirs, 'head');
  }

  // RFC 9112 section 6.3
  #frame(status: number, facts: FieldFacts, minor: number): BodyFraming {
    if (this.#method === 'HEAD' || status === 204 || status === 304) {
      return NO_BODY;
    }
    if (parseTransferEncoding(facts, minor)) {
      return { kind: 'chunked' };
    }
    const length = parseContentLength(facts);
    return length === undefined ? { kind: 'close' } : lengthFraming(length);
  }

  #nextData(): DataEvent | EndEvent | 'need-data' {
    const reader = this.#reader as BodyReader;
    const event = reader.next(this.#buffer) ?? (this.#eof ? reader.finish() : 'need-data');
    if (event !== 'need-data' && event.type === 'end') {
      this.#theirs = allowed(this.#theirs.end, this.#theirs, 'end');
    }
    return event;
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
  }
}
