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
import { REQUEST_LINE, TOKEN } from './grammar.ts';
import type { Http1Limits } from './limits.ts';

/** The start line of a request of HTTP/1. */
export interface RequestLine {
  readonly method: string;
  readonly target: string;
  readonly minor: number;
}

const VERSIONS: readonly [Http1Version, Http1Version] = ['HTTP/1.0', 'HTTP/1.1'];

/** RFC 9112 section 3: request-line = method SP request-target SP HTTP-version; without CR LF. */
export function parseRequestLine(line: string): RequestLine {
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

/** Parses what follows the request line: field lines, each with its CR LF. */
export function parseRequest(
  { method, target, minor }: RequestLine,
  section: string,
  limits: Http1Limits,
): RequestEvent {
  const facts = parseFields(section, limits);
  checkHost(facts, minor);
  const declared = parseContentLength(facts);
  const chunked = parseTransferEncoding(facts, minor);
  const contentLength = chunked ? undefined : (declared ?? 0);
  return {
    type: 'request',
    method,
    target,
    protocol: VERSIONS[minor > 0 ? 1 : 0],
    headers: facts.flat,
    contentLength,
    declared: declared !== undefined,
    expectsContinue: parseExpect(facts, minor) && contentLength !== 0,
    keepAlive: parseKeepAlive(facts, minor),
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
