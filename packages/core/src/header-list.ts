import { TsgiError } from './errors.ts';
import { interned } from './interned.ts';
import { sizedArray } from './sized-array.ts';

// RFC 9110 section 5.6.2: token = 1*tchar
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Names of response fields that were found good; an application has few, and these are bounded. */
const GOOD_NAMES = new Map<string, 'content-length' | 'other'>();
const MOST_NAMES = 512;
const LONGEST_NAME = 64;

/** Fields that concern one connection only: RFC 9110 section 7.6.1 and the RFCs before it. */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A checked copy of a header list. */
export interface CheckedHeaders {
  /** name, value, name, value, … in the order given. */
  readonly flat: readonly string[];
  /** The value of Content-Length in octets, where it was given. */
  readonly contentLength: number | undefined;
}

/** Whether a string is a token by RFC 9110 section 5.6.2. */
export function isToken(value: string): boolean {
  return TOKEN.test(value);
}

const TAB = 0x09;
const SPACE = 0x20;
const DELETE = 0x7f;

/** Whether a string is a field value without space at either end by RFC 9110 section 5.5. */
export function isFieldValue(value: string): boolean {
  // field-value = *field-content; obs-text allowed. Most are short: a loop, since a regular
  // expression costs more to call than to run.
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if ((code < SPACE && code !== TAB) || code === DELETE || code > 0xff) {
      return false;
    }
  }
  return value.length === 0 || (isVisible(value, 0) && isVisible(value, value.length - 1));
}

function isVisible(value: string, index: number): boolean {
  return value.charCodeAt(index) > SPACE;
}

/**
 * Checks and copies a header list as given to startResponse. Throws `ERR_TSGI_HEADERS`,
 * `ERR_TSGI_HEADER_NAME`, `ERR_TSGI_HEADER_VALUE`, `ERR_TSGI_HEADER_HOP` or
 * `ERR_TSGI_CONTENT_LENGTH`.
 */
export function checkHeaders(headers: unknown): CheckedHeaders {
  if (!Array.isArray(headers)) {
    throw new TsgiError('ERR_TSGI_HEADERS', headers);
  }
  const count = headers.length;
  const flat = sizedArray<string>(count * 2);
  let contentLength: number | undefined;
  for (let index = 0; index < count; index++) {
    const pair: unknown = headers[index];
    checkPair(pair);
    const name = textAt(pair, 0);
    const value = textAt(pair, 1);
    const kind = checkName(name);
    checkValue(value);
    if (kind === 'content-length') {
      contentLength = checkContentLength(value, contentLength);
    }
    flat[index * 2] = name;
    flat[index * 2 + 1] = value;
  }
  return { flat, contentLength };
}

function checkPair(pair: unknown): asserts pair is readonly unknown[] {
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new TsgiError('ERR_TSGI_HEADERS', pair);
  }
}

// Looked at once: what is checked is what is sent, whatever the pair is.
function textAt(pair: readonly unknown[], place: 0 | 1): string {
  const text = pair[place];
  if (typeof text !== 'string') {
    throw new TsgiError('ERR_TSGI_HEADERS', pair);
  }
  return text;
}

function checkName(name: string): 'content-length' | 'other' {
  const known = GOOD_NAMES.get(name);
  if (known !== undefined) {
    return known;
  }
  const lower = name.toLowerCase();
  if (!TOKEN.test(name) || lower === 'status') {
    throw new TsgiError('ERR_TSGI_HEADER_NAME', name);
  }
  if (HOP_BY_HOP.has(lower)) {
    throw new TsgiError('ERR_TSGI_HEADER_HOP', name);
  }
  const kind = lower === 'content-length' ? lower : 'other';
  if (GOOD_NAMES.size < MOST_NAMES && name.length <= LONGEST_NAME) {
    GOOD_NAMES.set(interned(name), kind);
  }
  return kind;
}

function checkValue(value: string): void {
  if (!isFieldValue(value)) {
    throw new TsgiError('ERR_TSGI_HEADER_VALUE', value);
  }
}

function checkContentLength(value: string, earlier: number | undefined): number {
  const length = parseContentLength(value);
  if (length === undefined || earlier !== undefined) {
    throw new TsgiError('ERR_TSGI_CONTENT_LENGTH', value);
  }
  return length;
}

/** RFC 9110 section 8.6: Content-Length = 1*DIGIT. Undefined where it is not, or above 2^53 - 1. */
export function parseContentLength(value: string): number | undefined {
  const length = /^[0-9]+$/.test(value) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(length) ? length : undefined;
}

/** Fields that no trailer section holds, beside the hop-by-hop ones: RFC 9110 section 6.5.1. */
const NO_TRAILERS: ReadonlySet<string> = new Set([
  'content-length',
  'host',
  'cache-control',
  'expect',
  'max-forwards',
  'pragma',
  'range',
  'authorization',
  'proxy-authenticate',
  'proxy-authorization',
  'set-cookie',
  'www-authenticate',
  'age',
  'date',
  'expires',
  'location',
  'retry-after',
  'vary',
  'warning',
  'content-encoding',
  'content-range',
  'content-type',
]);

/** Checks and copies the fields of a trailer section; throws what `checkHeaders` throws. */
export function checkTrailers(trailers: unknown): readonly string[] {
  const { flat } = checkHeaders(trailers);
  refuseNames(flat, (name) => NO_TRAILERS.has(name) || name.startsWith('if-'));
  return flat;
}

/** Checks and copies the fields of an interim response; throws what `checkHeaders` throws. */
export function checkHints(headers: unknown): readonly string[] {
  const { flat, contentLength } = checkHeaders(headers);
  // RFC 9110 section 8.6: no Content-Length in an interim response
  if (contentLength !== undefined) {
    throw new TsgiError('ERR_TSGI_HEADER_NAME', 'Content-Length');
  }
  return flat;
}

function refuseNames(flat: readonly string[], isRefused: (name: string) => boolean): void {
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] as string;
    if (isRefused(name.toLowerCase())) {
      throw new TsgiError('ERR_TSGI_HEADER_NAME', name);
    }
  }
}
