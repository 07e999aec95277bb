import { Http1Error, type Http1ErrorCode } from './errors.ts';

/** Octets from `start` to `end` as a string, one code unit for each octet. */
export type DecodeLatin1 = (octets: Uint8Array, start: number, end: number) => string;

const PIECE = 8192;

/** A decoder that needs nothing of the runtime; slower than what most runtimes have. */
export function decodeLatin1(octets: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += PIECE) {
    text += String.fromCharCode(...octets.subarray(at, Math.min(at + PIECE, end)));
  }
  return text;
}

const LF = 0x0a;
const CR = 0x0d;
const HEAD_END = '\r\n\r\n';
const EMPTY = new Uint8Array(0);

/**
 * What was received and not read yet. What it has given out is never written to again. Each fault
 * is found at the octet that makes it one, so that segmentation decides nothing.
 */
export class ReceiveBuffer {
  readonly #decode: DecodeLatin1;
  #octets: Uint8Array = EMPTY;
  #start = 0;
  #end = 0;
  /** Up to here no end of what is looked for was found; lines before it are checked. */
  #seen = 0;
  /** What was decoded from `#textStart` on, where heads beyond the first one may be in it. */
  #text = '';
  #textStart = 0;
  /** Whether the octets are the caller's, who will write over them. */
  #lent = false;

  constructor(decode: DecodeLatin1) {
    this.#decode = decode;
  }

  /** Octets not read yet. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Takes octets over; the caller does not change them afterwards. */
  push(octets: Uint8Array): void {
    if (this.#start === this.#end) {
      this.#octets = octets;
      this.#end = octets.byteLength;
      return;
    }
    this.#reserve(octets.byteLength);
    this.#octets.set(octets, this.#end);
    this.#end += octets.byteLength;
  }

  /** Takes `count` octets that the caller writes over after `keep`, which copies what is not read. */
  lend(octets: Uint8Array, count: number): void {
    if (this.#start === this.#end) {
      this.#octets = octets;
      this.#end = count;
      this.#lent = true;
    } else {
      this.push(octets.subarray(0, count));
    }
  }

  /** Copies what was lent and is not read. */
  keep(): void {
    if (!this.#lent) {
      return;
    }
    this.#lent = false;
    this.#octets = new Uint8Array(this.#octets.subarray(this.#start, this.#end));
    this.#end -= this.#start;
    this.#seen -= this.#start;
    this.#textStart -= this.#start;
    this.#start = 0;
  }

  // Growing by doubling keeps octets that arrive one at a time at linear cost.
  #reserve(more: number): void {
    const held = this.length;
    if (this.#end + more <= this.#octets.byteLength && this.#start < held) {
      return;
    }
    const grown = new Uint8Array(Math.max(256, 2 * (held + more)));
    grown.set(this.#octets.subarray(this.#start, this.#end));
    this.#octets = grown;
    this.#seen -= this.#start;
    this.#start = 0;
    this.#end = held;
    this.#text = '';
  }

  /** Forgets what was not read. */
  clear(): void {
    this.#octets = EMPTY;
    this.#lent = false;
    this.#start = 0;
    this.#end = 0;
    this.#seen = 0;
    this.#text = '';
  }

  /** Up to `most` octets, not to be written over; undefined where there are none. */
  takeData(most: number): Uint8Array | undefined {
    if (this.#start === this.#end) {
      return undefined;
    }
    const octets = this.#octets;
    const lent = this.#lent;
    const start = this.#start;
    const end = this.#end - start > most ? start + most : this.#end;
    this.#read(end);
    if (start === 0 && end === octets.byteLength && !lent) {
      return octets;
    }
    const data = octets.subarray(start, end);
    return lent ? new Uint8Array(data) : data;
  }

  /** Whether the next octets are CR LF, which are then read; undefined while that is not known. */
  takeCrlf(): boolean | undefined {
    const held = this.length;
    if (held > 0 && this.#octets[this.#start] !== CR) {
      return false;
    }
    if (held < 2) {
      return undefined;
    }
    if (this.#octets[this.#start + 1] !== LF) {
      return false;
    }
    this.#read(this.#start + 2);
    return true;
  }

  /**
   * A head up to and with the CR LF of its last line, the empty line read as well; undefined where
   * it is not whole within `most` octets. Its lines are not checked. To be asked once for a head.
   */
  takeHead(most: number): string | undefined {
    if (this.#seen !== this.#start || this.#start === this.#end) {
      return undefined;
    }
    let text = this.#text;
    let from = this.#start - this.#textStart;
    let to = text === '' ? -1 : text.indexOf(HEAD_END, from);
    if (to === -1) {
      text = this.#decode(this.#octets, this.#start, Math.min(this.#end, this.#start + most));
      from = 0;
      to = text.indexOf(HEAD_END);
      this.#text = to === -1 ? '' : text;
      this.#textStart = this.#start;
    }
    if (to === -1) {
      return undefined;
    }
    this.#read(this.#start + to + 4 - from);
    return text.slice(from, to + 2);
  }

  /**
   * A line without its CR LF; undefined while it is incomplete. Throws an error of the code given
   * for one longer than `most`, and ERR_HTTP1_LINE_END for one that ends otherwise.
   */
  takeLine(most: number, tooLong: Http1ErrorCode): string | undefined {
    const end = this.#nextLine(most, tooLong);
    if (end === -1) {
      return undefined;
    }
    const line = this.#decode(this.#octets, this.#start, end - 2);
    this.#read(end);
    return line;
  }

  /** Lines, each with its CR LF, before an empty one, which is read as well. Throws as `takeLine`. */
  takeLines(most: number, tooLong: Http1ErrorCode): string | undefined {
    let end = this.#nextLine(most, tooLong);
    while (end !== -1 && end - 2 !== this.#start && this.#octets[end - 3] !== LF) {
      end = this.#nextLine(most, tooLong);
    }
    if (end === -1) {
      return undefined;
    }
    const lines = this.#decode(this.#octets, this.#start, end - 2);
    this.#read(end);
    return lines;
  }

  // The position after the next LF; -1 where none has come. RFC 9112 section 2.2: it follows a CR.
  #nextLine(most: number, tooLong: Http1ErrorCode): number {
    const at = this.#octets.subarray(0, this.#end).indexOf(LF, this.#seen);
    // the octet before the LF, or the last one of no line yet, may be the CR and does not count
    if ((at === -1 ? this.#end : at) - this.#start - 1 > most) {
      throw new Http1Error(tooLong, this.#decode(this.#octets, this.#start, this.#start + most));
    }
    if (at === -1) {
      this.#seen = this.#end;
      return -1;
    }
    if (at === this.#start || this.#octets[at - 1] !== CR) {
      throw new Http1Error('ERR_HTTP1_LINE_END', this.#decode(this.#octets, this.#start, at + 1));
    }
    this.#seen = at + 1;
    return at + 1;
  }

  #read(to: number): void {
    if (to === this.#end) {
      this.clear();
    } else {
      this.#start = to;
      this.#seen = to;
    }
  }
}
