import { writeFieldLines } from './body-writers.ts';

/** The head of a response, as it is to be sent. */
export interface SentHead {
  /** 200 or above; interim responses are written by `sendInterim`. */
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

/** Heads that are remembered, and the octets of each at most. */
const SLOTS = 64;
const LONGEST = 2048;

interface Written {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly string[];
  /** How many of the headers are in the lines. */
  readonly count: number;
  readonly extraLines: string;
  readonly lines: string;
}

/**
 * Writes the lines of response heads, and remembers some: the responses of an application differ
 * in their Content-Length at most, and that, at the end, is not part of what is remembered.
 */
export class HeadLines {
  readonly #written: Array<Written | undefined> = Array.from({ length: SLOTS });

  /** The status line, field lines and `extraLines`, each with its CR LF. */
  write(head: SentHead, extraLines: string): string {
    const { headers } = head;
    const last = headers.length - 2;
    if (last < 0 || headers[last] !== 'Content-Length') {
      return this.#lines(head, headers.length, extraLines);
    }
    return `${this.#lines(head, last, extraLines)}Content-Length: ${headers[last + 1] as string}\r\n`;
  }

  #lines(head: SentHead, count: number, extraLines: string): string {
    const slot = slotOf(head, count);
    const known = this.#written[slot];
    if (known !== undefined && isSame(known, head, count) && known.extraLines === extraLines) {
      return known.lines;
    }
    const { status, reason } = head;
    const headers = head.headers.slice(0, count);
    const lines = `HTTP/1.1 ${status} ${reason}\r\n${writeFieldLines(headers)}${extraLines}`;
    if (lines.length <= LONGEST) {
      this.#written[slot] = { status, reason, headers, count, extraLines, lines };
    }
    return lines;
  }
}

function slotOf({ status, headers }: SentHead, count: number): number {
  const last = count === 0 ? 0 : (headers[count - 1] as string).length;
  return (status + count * 7 + last * 3) % SLOTS;
}

function isSame(known: Written, head: SentHead, count: number): boolean {
  if (known.count !== count || known.status !== head.status || known.reason !== head.reason) {
    return false;
  }
  for (let at = 0; at < count; at++) {
    if (known.headers[at] !== head.headers[at]) {
      return false;
    }
  }
  return true;
}
