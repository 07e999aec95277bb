import { Http1Error } from './errors.ts';
import type { Http1Version, RequestEvent } from './events.ts';
import {
  checkHost,
  parseContentLength,
  parseExpect,
  parseFields,
  parseKeepAlive,
  parseTransferEncoding,
} from './fields.ts';
import { isRequestTarget, REQUEST_LINE, TOKEN } from './grammar.ts';
import type { Http1Limits } from './limits.ts';

/** The start line of a request of HTTP/1. */
export interface RequestLine {
  readonly method: string;
  readonly target: string;
  readonly minor: number;
}

const VERSIONS: readonly [Http1Version, Http1Version] = ['HTTP/1.0', 'HTTP/1.1'];

/** RFC 9110 section 2.5: a minor version that is higher is one that this engine speaks. */
export function versionOf(minor: number): Http1Version {
  return VERSIONS[minor > 0 ? 1 : 0];
}

/** The end of nearly every request line. */
const USUAL_VERSION = ' HTTP/1.1';

/** RFC 9112 section 3: request-line = method SP request-target SP HTTP-version; without CR LF. */
export function parseRequestLine(line: string): RequestLine {
  const space = line.indexOf(' ');
  const end = line.length - USUAL_VERSION.length;
  if (space < end && line.endsWith(USUAL_VERSION)) {
    const method = line.slice(0, space);
    const target = line.slice(space + 1, end);
    if ((method === 'GET' || TOKEN.test(method)) && isRequestTarget(target)) {
      return { method, target, minor: 1 };
    }
  }
  return parseUnusualLine(line);
}

function parseUnusualLine(line: string): RequestLine {
  const match = REQUEST_LINE.exec(line);
  if (match === null) {
    throw explain(line);
  }
  const [, method = '', target = '', major, minor] = match;
  if (major !== '1') {
    throw new Http1Error('ERR_HTTP1_VERSION', line);
  }
  return { method, target, minor: Number(minor) };
}

/** What the header section of a request says, beside the text that it was parsed from. */
export interface RequestSection {
  /** Field lines, each with its CR LF. */
  readonly text: string;
  /** The minor version under which it was read. */
  readonly minor: number;
  readonly headers: readonly string[];
  readonly contentLength: number | undefined;
  readonly declared: boolean;
  readonly expectsContinue: boolean;
  readonly keepAlive: boolean;
}

/** The section of no request. */
export const NO_SECTION: RequestSection = {
  text: '',
  minor: -1,
  headers: [],
  contentLength: 0,
  declared: false,
  expectsContinue: false,
  keepAlive: true,
};

/** Parses what follows the request line: field lines, each with its CR LF. */
export function parseRequestSection(
  text: string,
  minor: number,
  limits: Http1Limits,
): RequestSection {
  const facts = parseFields(text, limits);
  checkHost(facts, minor);
  const declared = parseContentLength(facts);
  const chunked = parseTransferEncoding(facts, minor);
  const contentLength = chunked ? undefined : (declared ?? 0);
  return {
    text,
    minor,
    headers: facts.flat,
    contentLength,
    declared: declared !== undefined,
    expectsContinue: parseExpect(facts, minor) && contentLength !== 0,
    keepAlive: parseKeepAlive(facts, minor),
  };
}

/** The head of a request as the engine gives it. */
export function buildRequest(
  { method, target, minor }: RequestLine,
  section: RequestSection,
): RequestEvent {
  return {
    type: 'request',
    method,
    target,
    protocol: versionOf(minor),
    headers: section.headers,
    contentLength: section.contentLength,
    declared: section.declared,
    expectsContinue: section.expectsContinue,
    keepAlive: section.keepAlive,
  };
}

function explain(line: string): Http1Error {
  if (line.includes('\n') || line.includes('\r')) {
    return new Http1Error('ERR_HTTP1_LINE_END', line);
  }
  const [method = '', , version] = line.split(' ');
  if (!TOKEN.test(method)) {
    return new Http1Error('ERR_HTTP1_METHOD', line);
  }
  const versionLike = version !== undefined && /^HTTP\/[0-9]+(?:\.[0-9]+)?$/.test(version);
  const otherVersion =
    versionLike && line.split(' ').length === 3 && !/^HTTP\/1\.[0-9]$/.test(version);
  return new Http1Error(otherVersion ? 'ERR_HTTP1_VERSION' : 'ERR_HTTP1_REQUEST_LINE', line);
}
