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

/** A head that has come whole. */
export interface Head<StartLine> {
  readonly startLine: StartLine;
  /** The field lines, each with its CR LF. */
  readonly section: string;
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
  /** The start line of a head whose field lines have not all come, and its length with its CR LF. */
  #startLine: StartLine | undefined;
  #held = 0;

  constructor(buffer: ReceiveBuffer, limits: Http1Limits, rules: StartLineRules<StartLine>) {
    this.#buffer = buffer;
    this.#rules = { ...rules, most: Math.min(rules.most, limits.head - 2) };
    this.#most = limits.head;
    // what is whole within this many octets is within the limits
    this.#window = Math.min(WINDOW, rules.most, limits.head);
  }

  /** Octets that were read of a head that is not whole. */
  get held(): number {
    return this.#held;
  }

  /** The start line of a head that has not come whole; undefined where not even that has. */
  get startLine(): StartLine | undefined {
    return this.#startLine;
  }

  /** Forgets what was received and not read, and what was read of a head. */
  clear(): void {
    this.#startLine = undefined;
    this.#held = 0;
    this.#buffer.clear();
  }

  /** The next head; undefined while it is incomplete. */
  next(): Head<StartLine> | undefined {
    if (this.#startLine === undefined) {
      if (this.#buffer.length === 0) {
        return undefined;
      }
      const head = this.#buffer.takeHead(this.#window);
      if (head !== undefined) {
        const end = head.indexOf('\r\n');
        const startLine = this.#rules.parse(head.slice(0, end));
        return { startLine, section: head.slice(end + 2) };
      }
    }
    return this.#nextInParts();
  }

  #nextInParts(): Head<StartLine> | undefined {
    const startLine = this.#startLine ?? this.#takeStartLine();
    if (startLine === undefined) {
      return undefined;
    }
    const most = this.#most - this.#held;
    const section = this.#buffer.takeLines(most, 'ERR_HTTP1_HEAD_TOO_LARGE');
    if (section === undefined) {
      return undefined;
    }
    this.#startLine = undefined;
    this.#held = 0;
    return { startLine, section };
  }

  #takeStartLine(): StartLine | undefined {
    const { parse, most, tooLong } = this.#rules;
    const line = this.#buffer.takeLine(most, tooLong);
    if (line !== undefined) {
      this.#startLine = parse(line);
      this.#held = line.length + 2;
    }
    return this.#startLine;
  }
}
