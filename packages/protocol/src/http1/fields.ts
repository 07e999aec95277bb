import { Http1Error } from './errors.ts';
import { DIGITS, FIELD_LINE, FIELD_LINES, isHost, listMembers, trimOws } from './grammar.ts';
import type { Http1Limits } from './limits.ts';

/** What of a header section decides about framing and the connection. */
export interface FieldFacts {
  /** name, value, name, value, … in wire order, values trimmed. */
  readonly flat: string[];
  host: string | undefined;
  hosts: number;
  contentLength: string | undefined;
  contentLengths: number;
  transferEncoding: string | undefined;
  connection: string | undefined;
  expect: string | undefined;
}

const CRLF = '\r\n';

/** Parses a header section: field lines, each with its CR LF, without the empty line. */
export function parseFields(section: string, limits: Http1Limits): FieldFacts {
  if (!FIELD_LINES.test(section)) {
    throw explain(section);
  }
  const facts: FieldFacts = {
    flat: [],
    host: undefined,
    hosts: 0,
    contentLength: undefined,
    contentLengths: 0,
    transferEncoding: undefined,
    connection: undefined,
    expect: undefined,
  };
  let count = 0;
  for (let start = 0; start < section.length; ) {
    const end = section.indexOf(CRLF, start);
    count += 1;
    if (end - start > limits.field || count > limits.fields) {
      throw new Http1Error('ERR_HTTP1_HEAD_TOO_LARGE', section.slice(start, end));
    }
    const colon = section.indexOf(':', start);
    const name = section.slice(start, colon);
    const value = sliceValue(section, colon + 1, end);
    facts.flat.push(name, value);
    note(facts, name, value);
    start = end + 2;
  }
  return facts;
}

// The usual value has one space before it and none after it.
function sliceValue(section: string, start: number, end: number): string {
  const first = section.charCodeAt(start) === 0x20 ? start + 1 : start;
  const begins = section.charCodeAt(first);
  const ends = section.charCodeAt(end - 1);
  const plain = begins > 0x20 && ends > 0x20;
  return plain ? section.slice(first, end) : trimOws(section.slice(start, end));
}

// The length of the name tells most fields apart without another string.
function note(facts: FieldFacts, name: string, value: string): void {
  switch (name.length) {
    case 4:
      if (name === 'Host' || name.toLowerCase() === 'host') {
        facts.host = value;
        facts.hosts += 1;
      }
      break;
    case 6:
      if (name.toLowerCase() === 'expect') {
        facts.expect = join(facts.expect, value);
      }
      break;
    case 10:
      if (name === 'Connection' || name.toLowerCase() === 'connection') {
        facts.connection = join(facts.connection, value);
      }
      break;
    case 14:
      if (name.toLowerCase() === 'content-length') {
        facts.contentLength = value;
        facts.contentLengths += 1;
      }
      break;
    case 17:
      if (name.toLowerCase() === 'transfer-encoding') {
        facts.transferEncoding = join(facts.transferEncoding, value);
      }
      break;
  }
}

function join(earlier: string | undefined, value: string): string {
  return earlier === undefined ? value : `${earlier}, ${value}`;
}

// The section as a whole is no field lines: which line is to blame? A bare LF comes first, since
// it is found as it arrives where the section does not arrive whole.
function explain(section: string): Http1Error {
  const bareLf = /(?<!\r)\n/.exec(section);
  if (bareLf !== null) {
    return new Http1Error('ERR_HTTP1_LINE_END', section.slice(0, bareLf.index + 1));
  }
  for (const line of section.split(CRLF)) {
    if (line.includes('\r')) {
      return new Http1Error('ERR_HTTP1_LINE_END', line);
    }
    if (line !== '' && !FIELD_LINE.test(line)) {
      return new Http1Error('ERR_HTTP1_FIELD', line);
    }
  }
  return new Http1Error('ERR_HTTP1_FIELD', section);
}

/** RFC 9112 section 3.2: one valid Host in HTTP/1.1; at most one in HTTP/1.0. */
export function checkHost(facts: FieldFacts, minor: number): void {
  if (facts.hosts > 1 || (facts.hosts === 0 && minor > 0)) {
    throw new Http1Error('ERR_HTTP1_HOST', `${facts.hosts} Host fields`);
  }
  if (facts.host !== undefined && !isHost(facts.host)) {
    throw new Http1Error('ERR_HTTP1_HOST', facts.host);
  }
}

/** The declared length in octets; undefined where there is none. */
export function parseContentLength(facts: FieldFacts): number | undefined {
  const value = facts.contentLength;
  if (value === undefined) {
    return undefined;
  }
  const length = DIGITS.test(value) ? Number(value) : Number.NaN;
  if (facts.contentLengths > 1 || !Number.isSafeInteger(length)) {
    throw new Http1Error('ERR_HTTP1_CONTENT_LENGTH', value);
  }
  return length;
}

/** Whether the body is chunked: RFC 9112 sections 6.1 and 6.3. */
export function parseTransferEncoding(facts: FieldFacts, minor: number): boolean {
  const value = facts.transferEncoding;
  if (value === undefined) {
    return false;
  }
  const codings = listMembers(value);
  const chunkedLast = codings.length > 0 && codings.indexOf('chunked') === codings.length - 1;
  if (!chunkedLast || minor === 0 || facts.contentLength !== undefined) {
    throw new Http1Error('ERR_HTTP1_TRANSFER_ENCODING', value);
  }
  if (codings.length > 1) {
    throw new Http1Error('ERR_HTTP1_TRANSFER_CODING', value);
  }
  return true;
}

/** Whether the connection outlives the message: RFC 9112 section 9.3. */
export function parseKeepAlive(facts: FieldFacts, minor: number): boolean {
  if (facts.connection === undefined) {
    return minor > 0;
  }
  const options = listMembers(facts.connection);
  return !options.includes('close') && (minor > 0 || options.includes('keep-alive'));
}

/** Whether field lines, as name, value, name, value, …, say that the connection closes. */
export function saysClose(flat: readonly string[]): boolean {
  return flat.some(
    (name, at) =>
      at % 2 === 0 &&
      name.length === 'connection'.length &&
      name.toLowerCase() === 'connection' &&
      listMembers(flat[at + 1] as string).includes('close'),
  );
}

/** Whether the client waits for a 100: RFC 9110 section 10.1.1. */
export function parseExpect(facts: FieldFacts, minor: number): boolean {
  if (facts.expect === undefined || minor === 0) {
    return false;
  }
  if (facts.expect.toLowerCase() !== '100-continue') {
    throw new Http1Error('ERR_HTTP1_EXPECT', facts.expect);
  }
  return true;
}
