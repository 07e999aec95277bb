import { TsgiError } from './errors.ts';
import { interned } from './interned.ts';

// RFC 9112 section 4: status-line = HTTP-version SP status-code SP [ reason-phrase ]
const STATUS_LINE = /^[2-5]\d\d [\t\x20-\x7e\x80-\xff]*$/;

/** Checks a status as given to startResponse. Throws `ERR_TSGI_STATUS`. */
export function checkStatus(status: unknown): asserts status is string {
  if (typeof status !== 'string' || !STATUS_LINE.test(status)) {
    throw new TsgiError('ERR_TSGI_STATUS', status);
  }
}

/** A checked status, taken apart. */
export interface Status {
  /** As given. */
  readonly line: string;
  readonly code: number;
  /** May be empty. */
  readonly reason: string;
}

/** Statuses that were met before; an application has few, and what it may fill this with is bounded. */
const STATUSES = new Map<string, Status>();
const MOST_STATUSES = 256;
const LONGEST_STATUS = 64;

/** Checks a status as given to startResponse and takes it apart. Throws `ERR_TSGI_STATUS`. */
export function parseStatus(status: unknown): Status {
  const known = STATUSES.get(status as string);
  if (known !== undefined) {
    return known;
  }
  checkStatus(status);
  if (STATUSES.size === MOST_STATUSES || status.length > LONGEST_STATUS) {
    return takeApart(status);
  }
  const parsed = takeApart(interned(status));
  STATUSES.set(parsed.line, parsed);
  return parsed;
}

function takeApart(line: string): Status {
  return { line, code: statusCode(line), reason: reasonPhrase(line) };
}

/** The status code of a checked status. */
export function statusCode(status: string): number {
  return Number(status.slice(0, 3));
}

/** The reason phrase of a checked status; may be empty. */
export function reasonPhrase(status: string): string {
  return status.slice(4);
}

/** Whether a response with this status code never has content: RFC 9110 sections 15.3 and 15.4. */
export function isBodiless(code: number): boolean {
  return code === 204 || code === 205 || code === 304;
}
