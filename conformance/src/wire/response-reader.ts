/**
 * Rule 1: this reader takes nothing that RFC 9112 does not allow a server to send; it never repairs.
 * Rule 2: octets go in, responses come out; no socket and no clock.
 */
import { sites } from '../engine/sites.ts';
import { concatBytes, fromBytes } from './byte-string.ts';

/** One field line of a response. */
export type Field = readonly [name: string, value: string];

/** A status line and its field section. */
export interface ResponseHead {
  readonly version: string;
  readonly statusCode: number;
  /** What stands after the version, as sent: `200 OK`. */
  readonly status: string;
  readonly fields: readonly Field[];
}

/** What tells the client where the content ends. */
export type Framing = 'none' | 'length' | 'chunked' | 'close';

/** One final response. */
export interface WireResponse extends ResponseHead {
  readonly framing: Framing;
  readonly body: Uint8Array;
  readonly trailers: readonly Field[];
  /** The 1xx responses before it. */
  readonly interim: readonly ResponseHead[];
  /** False where the connection ended before the end of the message. */
  readonly complete: boolean;
}

/** How the peer ended the connection. */
export type Closing = 'fin' | 'rst';

/** A response that breaks the grammar of HTTP/1.1. */
export class MalformedResponse extends Error {
  override readonly name: string = 'MalformedResponse';
  /** Which demand of this reader is not met. */
  readonly site: string;

  constructor(site: string, message: string) {
    super(message);
    this.site = site;
  }
}

/** Throws where a demand on the response is not met, unless the self-test has taken it out. */
function demand(name: string, isMet: boolean, complaint: () => string): void {
  const site = `wire ${name}`;
  if (sites.inForce(site) && !isMet) throw new MalformedResponse(site, complaint());
}

interface Progress {
  readonly head: ResponseHead;
  readonly framing: Framing;
  readonly parts: Uint8Array[];
  /** Octets of content or of the current chunk that are still to come. */
  missing: number;
  stage: 'data' | 'chunk-end' | 'chunk-size' | 'trailers';
  readonly trailers: Field[];
}

// RFC 9112 section 4: status-line = HTTP-version SP status-code SP [ reason-phrase ]
const STATUS_LINE = /^(HTTP\/1\.[01]) ((\d{3}) [\t\x20-\x7e\x80-\xff]*)$/;
// RFC 9112 section 5: field-line = field-name ":" OWS field-value OWS
const FIELD_LINE =
  /^([!#$%&'*+.^_`|~\w-]+):[\t ]*((?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?)[\t ]*$/;
// RFC 9112 section 7.1: chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
const CHUNK_SIZE = /^([0-9A-Fa-f]{1,13})((?:;[\t\x20-\x7e\x80-\xff]*)?)$/;
const FRAMING_FIELD = /^(?:content-length|transfer-encoding)$/i;
const LINE_LIMIT = 65_536;
const MAX_INTERIM = 20;

/** Reads the responses of one connection, strictly and in any segmentation. */
export class ResponseReader {
  #bytes = new Uint8Array(4096);
  #start = 0;
  #end = 0;
  #interim: ResponseHead[] = [];
  #progress: Progress | undefined;

  /** Takes what has arrived. */
  push(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#bytes.length) {
      const needed = this.unread + chunk.length;
      const grown = new Uint8Array(Math.max(4096, needed * 2));
      grown.set(this.#bytes.subarray(this.#start, this.#end));
      this.#end = this.unread;
      this.#start = 0;
      this.#bytes = grown;
    }
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** The number of octets that belong to no response read so far. */
  get unread(): number {
    return this.#end - this.#start;
  }

  /** The interim responses seen since the last final one. */
  get interim(): readonly ResponseHead[] {
    return this.#interim;
  }

  /** The content of the message being read, as far as it has come. */
  get partialContent(): Uint8Array {
    return concatBytes(this.#progress?.parts ?? []);
  }

  /**
   * The response to a request with this method, or undefined while more octets are needed. Once the
   * connection is closed, a message without its end is returned as not complete.
   */
  read(method: string, closed?: Closing): WireResponse | undefined {
    const progress = (this.#progress ??= this.#begin(method));
    if (progress === undefined) return undefined;
    const ended = this.#advance(progress);
    if (!ended && closed === undefined) return undefined;
    const complete = ended || (progress.framing === 'close' && closed === 'fin');
    const { head, framing, parts, trailers } = progress;
    const response = { ...head, framing, body: concatBytes(parts), trailers, complete };
    const interim = this.#interim;
    this.#progress = undefined;
    this.#interim = [];
    return { ...response, interim };
  }

  /** Reads interim heads and the final head. */
  #begin(method: string): Progress | undefined {
    for (;;) {
      const head = this.#readHead();
      if (head === undefined) return undefined;
      if (head.statusCode >= 200) return beginContent(head, method);
      const isFramed = head.fields.some(([name]) => FRAMING_FIELD.test(name));
      demand('upgrade', head.statusCode !== 101, () => '101 without an Upgrade request');
      demand('interim', !isFramed, () => `framing fields in a ${head.statusCode} response`);
      this.#interim.push(head);
      const isEnough = this.#interim.length > MAX_INTERIM;
      demand('interim-count', !isEnough, () => `more than ${MAX_INTERIM} interim responses`);
    }
  }

  #readHead(): ResponseHead | undefined {
    const lines: string[] = [];
    let position = this.#start;
    for (;;) {
      const line = this.#lineAt(position);
      if (line === undefined) return undefined;
      position += line.length + 2;
      if (line === '') break;
      lines.push(line);
    }
    this.#start = position;
    const [first = '', ...rest] = lines;
    const match = STATUS_LINE.exec(first);
    demand('status-line', match !== null, () => `not a status line: "${first}"`);
    const [, version = '', status = '', code = ''] = match ?? [];
    return { version, status, statusCode: Number(code), fields: rest.map(parseFieldLine) };
  }

  /** Takes content while there is some; true at the end of the message. */
  #advance(progress: Progress): boolean {
    if (progress.framing === 'none') return true;
    if (progress.framing !== 'chunked') {
      this.#takeData(progress);
      return progress.framing === 'length' && progress.missing === 0;
    }
    for (;;) {
      if (progress.stage === 'data') {
        this.#takeData(progress);
        if (progress.missing > 0) return false;
        progress.stage = 'chunk-end';
      }
      const line = this.#lineAt(this.#start);
      if (line === undefined) return false;
      if (progress.stage === 'trailers' && line === '') {
        this.#start += 2;
        return true;
      }
      this.#takeLine(progress, line);
      this.#start += line.length + 2;
    }
  }

  #takeLine(progress: Progress, line: string): void {
    if (progress.stage === 'trailers') {
      progress.trailers.push(parseFieldLine(line));
    } else if (progress.stage === 'chunk-end') {
      demand('chunk-end', line === '', () => 'chunk-data is longer than its chunk-size');
      progress.stage = 'chunk-size';
    } else {
      const match = CHUNK_SIZE.exec(line);
      demand('chunk-size', match !== null, () => `not a chunk-size: "${line}"`);
      progress.missing = Number.parseInt(match?.[1] ?? '0', 16);
      progress.stage = progress.missing === 0 ? 'trailers' : 'data';
    }
  }

  #takeData(progress: Progress): void {
    const size = Math.min(progress.missing, this.unread);
    if (size === 0) return;
    progress.parts.push(this.#bytes.slice(this.#start, this.#start + size));
    this.#start += size;
    progress.missing -= size;
  }

  /** The line at a position without its CRLF, or undefined while its end is missing. */
  #lineAt(position: number): string | undefined {
    const from = this.#bytes.subarray(position, this.#end);
    const feed = from.indexOf(0x0a);
    if (feed < 0) {
      demand('line-length', from.length <= LINE_LIMIT, () => 'a line of more than 64 KiB');
      return undefined;
    }
    const line = fromBytes(from.subarray(0, Math.max(0, feed - 1)));
    demand('line-feed', from[feed - 1] === 0x0d, () => `bare LF after "${line}"`);
    demand('carriage-return', !line.includes('\r'), () => `bare CR in "${line}"`);
    return line;
  }
}

function parseFieldLine(line: string): Field {
  const match = FIELD_LINE.exec(line);
  demand('field-line', match !== null, () => `not a field line: "${line}"`);
  return [match?.[1] ?? '', match?.[2] ?? ''];
}

/** RFC 9112 section 6.3: the length of the content of a response. */
function beginContent(head: ResponseHead, method: string): Progress {
  const lengths = valuesOf(head.fields, 'content-length');
  const codings = valuesOf(head.fields, 'transfer-encoding');
  demand('one-length', lengths.length < 2, () => 'more than one Content-Length');
  const isDouble = lengths.length > 0 && codings.length > 0;
  demand('one-framing', !isDouble, () => 'both Content-Length and Transfer-Encoding');
  const [length] = lengths;
  const isNumber = length === undefined || /^\d{1,15}$/.test(length);
  demand('length', isNumber, () => `Content-Length is "${length}"`);
  const isChunked = codings.length === 0 || codings.join(',').toLowerCase() === 'chunked';
  demand('coding', isChunked, () => `Transfer-Encoding is "${codings.join(', ')}"`);
  const empty = method === 'HEAD' || head.statusCode === 204 || head.statusCode === 304;
  const framing = empty ? 'none' : nameFraming(length, codings.length);
  const missing = framing === 'close' ? Number.MAX_SAFE_INTEGER : Number(length ?? 0);
  const stage = framing === 'chunked' ? 'chunk-size' : 'data';
  return { head, framing, parts: [], missing, stage, trailers: [] };
}

function nameFraming(length: string | undefined, codings: number): Framing {
  if (codings > 0) return 'chunked';
  return length === undefined ? 'close' : 'length';
}

/** All values of a field, in wire order; the name in lower case. */
export function valuesOf(fields: readonly Field[], name: string): readonly string[] {
  return fields.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}
