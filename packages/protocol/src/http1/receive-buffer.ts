import { Http1Error } from './errors.ts';

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
/** Octets that are decoded at a guess, to find the end of a head without looking at each line. */
const FIRST_LOOK = 4096;
const EMPTY = new Uint8Array(0);

/** What was received and not read yet. What it has given out is never written to again. */
export class ReceiveBuffer {
  readonly #decode: DecodeLatin1;
  #octets: Uint8Array = EMPTY;
  #start = 0;
  #end = 0;
  /** Up to here no end of what is looked for was found; lines before it are checked. */
  #seen = 0;

  constructor(decode: DecodeLatin1) {
    this.#decode = decode;
  }

  /** Octets not read yet. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Whether a line end has been seen in what is not read yet. */
  get hasLine(): boolean {
    return this.#octets.subarray(0, this.#end).indexOf(LF, this.#start) !== -1;
  }

  /** Takes octets over; the caller does not change them afterwards. */
  push(octets: Uint8Array): void {
    if (this.#start === this.#end) {
      this.#octets = octets;
      this.#start = 0;
      this.#end = octets.byteLength;
      this.#seen = 0;
      return;
    }
    this.#reserve(octets.byteLength);
    this.#octets.set(octets, this.#end);
    this.#end += octets.byteLength;
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
  }

  /** Up to `most` octets as a view; undefined where there are none. */
  takeData(most: number): Uint8Array | undefined {
    if (this.#start === this.#end) {
      return undefined;
    }
    const start = this.#start;
    const end = this.#end - start > most ? start + most : this.#end;
    this.#start = end;
    this.#seen = end;
    return start === 0 && end === this.#octets.byteLength
      ? this.#octets
      : this.#octets.subarray(start, end);
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
   * A head up to and with the CR LF of its last line, the empty line read as well; undefined while
   * it is incomplete. Throws ERR_HTTP1_LINE_END for a line that ends otherwise.
   */
  takeHead(): string | undefined {
    if (this.#seen === this.#start) {
      const text = this.#decode(
        this.#octets,
        this.#start,
        Math.min(this.#end, this.#start + FIRST_LOOK),
      );
      const end = text.indexOf('\r\n\r\n');
      if (end !== -1) {
        this.#read(this.#start + end + 4);
        return text.slice(0, end + 2);
      }
    }
    for (let end = this.#nextLine(); end !== -1; end = this.#nextLine()) {
      const empty = end - 4 >= this.#start && this.#octets[end - 3] === LF;
      if (empty) {
        const head = this.#decode(this.#octets, this.#start, end - 2);
        this.#read(end);
        return head;
      }
    }
    return undefined;
  }

  /** A line without its CR LF; undefined while it is incomplete. Throws as `takeHead` does. */
  takeLine(): string | undefined {
    const end = this.#nextLine();
    if (end === -1) {
      return undefined;
    }
    const line = this.#decode(this.#octets, this.#start, end - 2);
    this.#read(end);
    return line;
  }

  // The position after the next LF; -1 where none has come. RFC 9112 section 2.2: it follows a CR.
  #nextLine(): number {
    const at = this.#octets.subarray(0, this.#end).indexOf(LF, this.#seen);
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
    this.#start = to;
    this.#seen = to;
  }
}
