import type { Http1ErrorCode } from './errors.ts';
import type { Http1Limits } from './limits.ts';
import type { ReceiveBuffer } from './receive-buffer.ts';

/** Octets that are decoded at a guess, to find a head without looking at each of its lines. */
const WINDOW = 4096;

/** What the start line of a head may be. */
export interface StartLineRules<StartLine> {
  /** Throws an Http1Error where the line is none. */
  readonly parse: (line: string) => StartLine;
  /** Octets, without the CR LF. */
  readonly most: number;
  readonly tooLong: Http1ErrorCode;
}

/**
 * Reads heads: whole where they came whole, else the start line as soon as it is there, so that
 * what is no HTTP/1 is refused without waiting for more.
 */
export class HeadReader<StartLine> {
  readonly #buffer: ReceiveBuffer;
  readonly #rules: StartLineRules<StartLine>;
  readonly #most: number;
  readonly #window: number;
  #startLine: StartLine | undefined;
  #length = 0;

  constructor(buffer: ReceiveBuffer, limits: Http1Limits, rules: StartLineRules<StartLine>) {
    this.#buffer = buffer;
    this.#rules = { ...rules, most: Math.min(rules.most, limits.head - 2) };
    this.#most = limits.head;
    // what is whole within this many octets is within the limits
    this.#window = Math.min(WINDOW, rules.most, limits.head);
  }

  /** The octets of a start line that was read and whose field lines have not all come. */
  get held(): number {
    return this.#length;
  }

  /** The start line of the last head. */
  get startLine(): StartLine {
    return this.#startLine as StartLine;
  }

  /** Forgets what was received and not read, and what was read of a head. */
  clear(): void {
    this.#length = 0;
    this.#buffer.clear();
  }

  /** The field lines of a head, each with its CR LF; undefined while the head is incomplete. */
  next(): string | undefined {
    if (this.#length === 0) {
      const head = this.#buffer.takeHead(this.#window);
      if (head !== undefined) {
        const end = head.indexOf('\r\n');
        this.#startLine = this.#rules.parse(head.slice(0, end));
        return head.slice(end + 2);
      }
    }
    return this.#nextInParts();
  }

  #nextInParts(): string | undefined {
    const { parse, most, tooLong } = this.#rules;
    if (this.#length === 0) {
      const line = this.#buffer.takeLine(most, tooLong);
      if (line === undefined) {
        return undefined;
      }
      this.#startLine = parse(line);
      this.#length = line.length + 2;
    }
    const lines = this.#buffer.takeLines(this.#most - this.#length, 'ERR_HTTP1_HEAD_TOO_LARGE');
    if (lines !== undefined) {
      this.#length = 0;
    }
    return lines;
  }
}
