// Rule 1: what a single string must look like is decided here and nowhere else in the lint.

// RFC 9110 section 5.6.2: token = 1*tchar
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// RFC 9110 section 5.5: field-value = *field-content; obs-text allowed, no space at either end
const FIELD_VALUE = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;
// RFC 9112 section 4: status-line = HTTP-version SP status-code SP [ reason-phrase ]
const STATUS_LINE = /^[2-5]\d\d [\t\x20-\x7e\x80-\xff]*$/;
// RFC 3986 section 3.3: pchar = unreserved / pct-encoded / sub-delims / ":" / "@"
const PATH = /^(?:\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-F]{2})*)*$/;
// RFC 3986 section 2.3: what an escape need not stand for: ALPHA / DIGIT / "-" / "." / "_" / "~"
const NEEDLESS_ESCAPE = /%(?:2[DE]|3\d|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])/;
// RFC 3986 section 5.2.4: the segments that remove_dot_segments removes
const DOT_SEGMENT = /\/\.\.?(?:\/|$)/;
const BEYOND_BYTES = /[\u0100-\uffff]/;
const VISIBLE_ASCII = /^[\x21-\x7e]*$/;
const CGI_KEY = /^[A-Z][A-Z0-9_]*$/;
const PROTOCOL = /^HTTP\/\d(?:\.\d)?$/;
const DIGITS = /^[0-9]+$/;

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export const isToken = (text: string): boolean => TOKEN.test(text);

export const isFieldValue = (text: string): boolean => FIELD_VALUE.test(text);

/** `"200 OK"`: a code from 200 to 599, one space, a reason phrase that may be empty. */
export const isStatusLine = (text: string): boolean => STATUS_LINE.test(text);

/** No code unit above 0xFF. */
export const isByteString = (text: string): boolean => !BEYOND_BYTES.test(text);

/** Visible ASCII alone: no space, no control character. */
export const isVisibleAscii = (text: string): boolean => VISIBLE_ASCII.test(text);

/** The form of a key without a dot. */
export const isCgiKey = (key: string): boolean => CGI_KEY.test(key);

/** A protocol version as in `HTTP/1.1` and `HTTP/2`. */
export const isProtocol = (text: string): boolean => PROTOCOL.test(text);

/** Whether a header name, whatever its case, concerns one connection only: RFC 9110 section 7.6.1. */
export const isHopByHop = (name: string): boolean => HOP_BY_HOP.has(name.toLowerCase());

/** The number that a Content-Length stands for; undefined where it is none or above 2^53 - 1. */
export function parseLength(text: string): number | undefined {
  const length = DIGITS.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(length) ? length : undefined;
}

/** Whether a path is in the form that canonicalisation gives: `""`, `*`, or segments after `/`. */
export function isCanonicalPath(path: string): boolean {
  return (
    path === '*' || (PATH.test(path) && !NEEDLESS_ESCAPE.test(path) && !DOT_SEGMENT.test(path))
  );
}
