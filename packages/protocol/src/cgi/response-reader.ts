import { decodeLatin1 } from '../octets/latin1.ts';
import { OctetQueue } from '../octets/octet-queue.ts';
import { CgiError } from './errors.ts';
import { CGI_LIMITS, type CgiLimits } from './limits.ts';
import { type CgiResponseHead, parseResponseHead, type StatusLines } from './response-head.ts';

/** The head of a response has arrived. */
export interface CgiResponseEvent extends CgiResponseHead {
  /** Comes once, before all others. */
  readonly type: 'response';
}

/** Octets of the content; a view of what was received. */
export interface CgiDataEvent {
  /** Comes any number of times, between `response` and `end`. */
  readonly type: 'data';
  /** Never empty, and in all no more than Content-Length declares. */
  readonly data: Uint8Array;
}

/** The response is complete. */
export interface CgiEndEvent {
  /** Comes once, after the last of the content. */
  readonly type: 'end';
}

/** What a reader gives. `need-data`: nothing until more is received. `closed`: nothing will come. */
export type CgiEvent = CgiResponseEvent | CgiDataEvent | CgiEndEvent | 'need-data' | 'closed';

/** What a reader takes. */
export interface CgiResponseReaderOptions {
  /** Each that is given replaces the one of CGI_LIMITS. */
  readonly limits?: Partial<CgiLimits> | undefined;
  /** Whether the response may begin with the status line of HTTP. Default `refuse`. */
  readonly statusLine?: StatusLines | undefined;
  /** Whether it answers HEAD: what follows the head is discarded. RFC 3875 section 4.3.3. */
  readonly head?: boolean | undefined;
}

const LF = 0x0a;
const CR = 0x0d;

/** Reads what a script answers: the gateway's side of CGI, FastCGI's STDOUT, SCGI and uwsgi. */
export class CgiResponseReader {
  readonly #limits: CgiLimits;
  readonly #statusLine: StatusLines;
  readonly #head: boolean;
  readonly #queue = new OctetQueue();
  readonly #lines: string[] = [];
  #phase: 'head' | 'content' | 'discard' | 'after' | 'closed' = 'head';
  #headLength = 0;
  /** Octets of the line that comes which are known to have no LF. */
  #seen = 0;
  #left: number | undefined;
  #ended = false;

  /** A reader reads one response. */
  constructor({ limits, statusLine = 'refuse', head = false }: CgiResponseReaderOptions = {}) {
    this.#limits = { ...CGI_LIMITS, ...limits };
    this.#statusLine = statusLine;
    this.#head = head;
  }

  /** Takes octets over; none says that the script sends no more. Throws `ERR_CGI_STATE` after that. */
  receive(octets: Uint8Array): void {
    if (this.#ended) {
      throw new CgiError('ERR_CGI_STATE', `${octets.length} octets`);
    }
    this.#ended = octets.length === 0;
    if (this.#phase !== 'closed') {
      this.#queue.push(octets);
    }
  }

  /** The next event. Throws a CgiError; after it there is `closed` only. */
  next(): CgiEvent {
    try {
      return this.#step();
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  #step(): CgiEvent {
    switch (this.#phase) {
      case 'head':
        return this.#readHead();
      case 'content':
        return this.#readContent();
      case 'discard':
        this.#queue.clear();
        return this.#ended ? this.#finish() : 'need-data';
      case 'after':
        return this.#readAfter();
      default:
        return 'closed';
    }
  }

  #readHead(): CgiEvent {
    for (let line = this.#takeLine(); line !== undefined; line = this.#takeLine()) {
      if (line !== '') {
        this.#lines.push(line);
        this.#checkSize(this.#lines.length > this.#limits.fields, line);
        continue;
      }
      const head = parseResponseHead(this.#lines, this.#statusLine);
      const empty = this.#head || head.status === 204 || head.status === 304;
      this.#phase = empty ? 'discard' : 'content';
      this.#left = head.contentLength;
      return { type: 'response', ...head };
    }
    if (this.#ended) {
      throw new CgiError('ERR_CGI_TRUNCATED', `${this.#headLength} octets of the head`);
    }
    return 'need-data';
  }

  // RFC 3875 section 7.2: NL = LF, and CR LF is taken for it
  #takeLine(): string | undefined {
    const { line: most } = this.#limits;
    const arrived = this.#queue.view(most + 2);
    const at = arrived.indexOf(LF, this.#seen);
    const end = at === -1 ? arrived.length : at;
    const ended = end > 0 && arrived[end - 1] === CR;
    this.#checkSize(end - (ended ? 1 : 0) > most, 'a long line');
    this.#checkSize(this.#headLength + end > this.#limits.head, `${this.#headLength + end} octets`);
    if (at === -1) {
      this.#seen = arrived.length;
      return undefined;
    }
    this.#seen = 0;
    this.#headLength += at + 1;
    const line = decodeLatin1(this.#queue.take(at + 1).subarray(0, ended ? at - 1 : at));
    // eslint-disable-next-line no-control-regex -- these are what is refused
    if (/[\0-\x08\x0b-\x1f\x7f]/.test(line)) {
      throw new CgiError('ERR_CGI_LINE', line);
    }
    return line;
  }

  #checkSize(excess: boolean, got: string): void {
    if (excess) {
      throw new CgiError('ERR_CGI_HEAD_TOO_LARGE', got);
    }
  }

  #readContent(): CgiEvent {
    if (this.#left === 0) {
      return this.#finish();
    }
    const data = this.#queue.take(this.#left ?? this.#queue.length);
    if (data.length > 0) {
      this.#left = this.#left === undefined ? undefined : this.#left - data.length;
      return { type: 'data', data };
    }
    if (!this.#ended) {
      return 'need-data';
    }
    if (this.#left !== undefined) {
      throw new CgiError('ERR_CGI_TRUNCATED', `${this.#left} octets missing of the content`);
    }
    return this.#finish();
  }

  #readAfter(): CgiEvent {
    if (this.#queue.length > 0) {
      throw new CgiError('ERR_CGI_EXCESS', `${this.#queue.length} octets`);
    }
    return this.#ended ? this.#close() : 'need-data';
  }

  #finish(): CgiEndEvent {
    this.#phase = 'after';
    return { type: 'end' };
  }

  #close(): 'closed' {
    this.#phase = 'closed';
    this.#queue.clear();
    return 'closed';
  }
}
