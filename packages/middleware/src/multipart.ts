// Rule 1: octets in, events out; this file reads and stores nothing.
// Rule 2: what is ambiguous is refused, with 400; what exceeds a limit, with 413.

import { HttpError } from './http-error.ts';
import { trimSpace } from './trim-space.ts';

/** What a part says of itself. */
export interface PartHead {
  readonly name: string;
  /** As the client sent it: not a path to be trusted. `undefined` for a field. */
  readonly filename: string | undefined;
  /** Its media type, where it names one. */
  readonly type: string | undefined;
}

/** What a parser found: the beginning of a part, octets of it, its end, or the end of all. */
export type MultipartEvent =
  | { readonly kind: 'part'; readonly head: PartHead }
  | { readonly kind: 'octets'; readonly octets: Uint8Array }
  | { readonly kind: 'part-end' }
  | { readonly kind: 'end' };

/** Limits of the framing. */
export interface MultipartLimits {
  /** Parts in one body. */
  readonly maxParts: number;
  /** Octets of the head of one part. */
  readonly maxHeadSize: number;
}

type State = 'preamble' | 'delimiter' | 'head' | 'octets' | 'done';

const CRLF = '\r\n';

/** A sans-IO parser of multipart/form-data (RFC 7578; framing of RFC 2046, 5.1). */
export class MultipartParser {
  readonly #delimiter: Buffer;
  readonly #limits: MultipartLimits;
  #buffer: Buffer = Buffer.from(CRLF);
  #state: State = 'preamble';
  #parts = 0;
  /** Whether the line end of the head still stands before the octets of the part. */
  #isFirst = false;

  /** Throws an HttpError of status 400 for a boundary that is none. */
  constructor(boundary: string, limits: MultipartLimits) {
    // RFC 2046, 5.1.1: boundary = 0*69<bchars> bcharsnospace
    if (!/^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/.test(boundary)) {
      throw malformed('the boundary is missing or no boundary');
    }
    this.#delimiter = Buffer.from(`${CRLF}--${boundary}`, 'latin1');
    this.#limits = limits;
  }

  /** Takes octets of the body, which must stay as they are until `next` has given every event. */
  receive(octets: Uint8Array): void {
    if (this.#state !== 'done') {
      this.#buffer =
        this.#buffer.byteLength === 0
          ? Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
          : Buffer.concat([this.#buffer, octets]);
    }
  }

  /**
   * The next event; `undefined` where more octets are needed. Throws an HttpError: 400 for a
   * malformed body, 413 for one that exceeds a limit.
   */
  next(): MultipartEvent | undefined {
    for (;;) {
      const before = this.#state;
      const event = this.#step();
      if (event !== undefined || this.#state === before) {
        return event;
      }
    }
  }

  /** To be called at the end of the body. Throws an HttpError of status 400 where it is cut off. */
  end(): void {
    if (this.#state !== 'done') {
      throw malformed('the body ends before its closing boundary');
    }
  }

  #step(): MultipartEvent | undefined {
    switch (this.#state) {
      case 'preamble':
        return this.#skipPreamble();
      case 'delimiter':
        return this.#readDelimiter();
      case 'head':
        return this.#readHead();
      case 'octets':
        return this.#readOctets();
      default:
        return undefined;
    }
  }

  #skipPreamble(): undefined {
    const at = this.#buffer.indexOf(this.#delimiter);
    if (at === -1) {
      if (this.#buffer.byteLength > this.#limits.maxHeadSize + this.#delimiter.byteLength) {
        throw malformed('the body does not begin with its boundary');
      }
      return undefined;
    }
    this.#drop(at + this.#delimiter.byteLength);
    this.#state = 'delimiter';
    return undefined;
  }

  // RFC 2046, 5.1.1: what follows is "--" at the end of all, else padding and a line end.
  #readDelimiter(): MultipartEvent | undefined {
    const text = this.#buffer.toString('latin1', 0, 64);
    if (text.startsWith('--')) {
      this.#state = 'done';
      this.#buffer = Buffer.alloc(0);
      return { kind: 'end' };
    }
    const padding = /^[ \t]*\r\n/.exec(text)?.[0].length;
    if (padding !== undefined) {
      this.#drop(padding);
      this.#state = 'head';
      this.#parts += 1;
      if (this.#parts > this.#limits.maxParts) {
        throw tooLarge(`At most ${this.#limits.maxParts} parts are taken.`);
      }
    } else if (!/^(?:-|[ \t]*\r?)$/.test(text) || text.length >= 64) {
      throw malformed('a boundary is followed by something else');
    }
    return undefined;
  }

  #readHead(): MultipartEvent | undefined {
    const isEmpty = this.#buffer.toString('latin1', 0, 2) === CRLF;
    const at = isEmpty ? 0 : this.#buffer.indexOf(CRLF + CRLF, 0, 'latin1');
    const { maxHeadSize } = this.#limits;
    if (at > maxHeadSize || (at === -1 && this.#buffer.byteLength > maxHeadSize + 4)) {
      throw tooLarge(`The head of a part takes at most ${maxHeadSize} octets.`);
    }
    if (at === -1) {
      return undefined;
    }
    const head = parseHead(this.#buffer.subarray(0, at));
    // the last line end stays: before an empty part it is the beginning of the delimiter
    this.#drop(at + (isEmpty ? 0 : CRLF.length));
    this.#state = 'octets';
    this.#isFirst = true;
    return { kind: 'part', head };
  }

  #readOctets(): MultipartEvent | undefined {
    const at = this.#buffer.indexOf(this.#delimiter);
    const skip = this.#isFirst ? CRLF.length : 0;
    if (at === -1) {
      const safe = this.#buffer.byteLength - this.#begunDelimiter();
      return safe <= skip ? this.#keep() : this.#take(skip, safe);
    }
    if (at > skip) {
      return this.#take(skip, at);
    }
    this.#drop(at + this.#delimiter.byteLength);
    this.#state = 'delimiter';
    return { kind: 'part-end' };
  }

  /** How many octets at the end are the beginning of a delimiter. */
  #begunDelimiter(): number {
    const from = Math.max(0, this.#buffer.byteLength - this.#delimiter.byteLength + 1);
    for (let at = this.#buffer.indexOf(CRLF[0] as string, from); at !== -1; ) {
      const rest = this.#buffer.subarray(at);
      if (rest.equals(this.#delimiter.subarray(0, rest.byteLength))) {
        return rest.byteLength;
      }
      at = this.#buffer.indexOf(CRLF[0] as string, at + 1);
    }
    return 0;
  }

  // A copy: what is left of the octets received is no reason to hold all of them.
  #keep(): undefined {
    this.#buffer = Buffer.from(this.#buffer);
    return undefined;
  }

  #take(from: number, to: number): MultipartEvent {
    const octets = this.#buffer.subarray(from, to);
    this.#isFirst = false;
    this.#drop(to);
    return { kind: 'octets', octets };
  }

  #drop(count: number): void {
    this.#buffer = this.#buffer.subarray(count);
  }
}

// RFC 7578, 4.2: each part has a Content-Disposition of form-data with a name.
function parseHead(octets: Uint8Array): PartHead {
  const fields = new Map<string, string>();
  for (const line of decode(octets).split(CRLF)) {
    const found = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):(.*)$/.exec(line);
    if (found === null) {
      throw malformed('the head of a part holds a line that is no field');
    }
    const [, name = '', value = ''] = found;
    if (fields.has(name.toLowerCase())) {
      throw malformed(`the head of a part repeats ${name}`);
    }
    fields.set(name.toLowerCase(), trimSpace(value));
  }
  const parameters = parseDisposition(fields.get('content-disposition') ?? '');
  const name = parameters.get('name');
  if (name === undefined) {
    throw malformed('a part has no name');
  }
  if (!/^(?:7bit|8bit|binary)?$/i.test(fields.get('content-transfer-encoding') ?? '')) {
    throw malformed('a part has a Content-Transfer-Encoding');
  }
  return { name, filename: parameters.get('filename'), type: fields.get('content-type') };
}

function decode(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch (cause) {
    throw malformed('the head of a part is no UTF-8', cause);
  }
}

// As browsers write it (HTML, multipart/form-data encoding): a quote ends the value, and those
// inside are %22. Tokens without quotes are taken as well.
function parseDisposition(field: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  if (!/^form-data[ \t]*(?:;|$)/i.test(field)) {
    throw malformed('a part is no form-data');
  }
  let rest = field.slice('form-data'.length);
  while (rest.trim() !== '') {
    const found = /^[ \t]*;[ \t]*([!#$&+\-.^_`|~0-9A-Za-z*]+)=(?:"([^"]*)"|([^\s";]+))/.exec(rest);
    const name = found?.[1]?.toLowerCase();
    if (found === null || name === undefined || parameters.has(name)) {
      throw malformed('a Content-Disposition cannot be read');
    }
    parameters.set(name, unescape(found[2] ?? found[3] ?? ''));
    rest = rest.slice(found[0].length);
  }
  return parameters;
}

const ESCAPES: Readonly<Record<string, string>> = { '%22': '"', '%0D': '\r', '%0A': '\n' };

function unescape(value: string): string {
  return value.replaceAll(/%(?:22|0D|0A)/gi, (escape) => ESCAPES[escape.toUpperCase()] as string);
}

function malformed(reason: string, cause?: unknown): HttpError {
  return new HttpError('400 Bad Request', { detail: `The form cannot be read: ${reason}.`, cause });
}

function tooLarge(detail: string): HttpError {
  return new HttpError('413 Content Too Large', { detail });
}
