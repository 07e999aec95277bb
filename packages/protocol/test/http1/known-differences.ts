import type { Http1ErrorCode } from '../../src/http1/index.ts';

/** Input of which node:http and the engine make different things, and the rule that decides. */
export interface KnownDifference {
  readonly what: string;
  readonly rule: string;
  readonly input: string;
}

const HEAD = 'HTTP/1.1\r\nHost: a\r\n';
const GET = `GET / ${HEAD}`;
const CHUNKED = `POST / ${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
const HELLO = '5\r\nhello\r\n0\r\n\r\n';

/** What node:http 20 takes and the engine refuses. */
export const TAKEN_BY_NODE: readonly (KnownDifference & { readonly code: Http1ErrorCode })[] = [
  {
    what: 'two Host fields',
    rule: 'RFC 9112, 3.2: MUST be refused',
    input: `${GET}Host: b\r\n\r\n`,
    code: 'ERR_HTTP1_HOST',
  },
  ...['a b', 'a/b', 'user@a', '[::g]', 'a:b'].map((host) => ({
    what: `the Host ${host}`,
    rule: 'RFC 9112, 3.2: an invalid value MUST be refused',
    input: `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    code: 'ERR_HTTP1_HOST' as const,
  })),
  {
    what: 'a request line without a version',
    rule: 'RFC 9112, 3 and C.1: HTTP/0.9 is no HTTP/1',
    input: 'GET /\r\n\r\n',
    code: 'ERR_HTTP1_REQUEST_LINE',
  },
  ...['HTTP/0.9', 'HTTP/2.0'].map((version) => ({
    what: `the version ${version}`,
    rule: 'RFC 9110, 2.5 and 15.6.6: another major version',
    input: `GET / ${version}\r\nHost: a\r\n\r\n`,
    code: 'ERR_HTTP1_VERSION' as const,
  })),
  ...['SOURCE / ICE/1.0', 'DESCRIBE / RTSP/1.0'].map((line) => ({
    what: `the request line ${line}`,
    rule: 'RFC 9112, 2.3: the name of the protocol is HTTP',
    input: `${line}\r\nHost: a\r\n\r\n`,
    code: 'ERR_HTTP1_REQUEST_LINE' as const,
  })),
  ...['GET  / HTTP/1.1', 'GET /  HTTP/1.1'].map((line) => ({
    what: `two spaces in ${line}`,
    rule: 'RFC 9112, 3: the parts are separated by one space',
    input: `${line}\r\nHost: a\r\n\r\n`,
    code: 'ERR_HTTP1_REQUEST_LINE' as const,
  })),
  {
    what: 'three empty lines before a request',
    rule: 'RFC 9112, 2.2: at least one is ignored, the rest is a choice',
    input: `\r\n\r\n\r\n${GET}\r\n`,
    code: 'ERR_HTTP1_REQUEST_LINE',
  },
  ...['\r', '\n'].map((end) => ({
    what: `a bare ${end === '\r' ? 'CR' : 'LF'} before a request`,
    rule: 'RFC 9112, 2.2: an empty line is CR LF',
    input: `${end}${GET}\r\n`,
    code: 'ERR_HTTP1_LINE_END' as const,
  })),
  {
    what: 'an empty Transfer-Encoding',
    rule: 'RFC 9112, 6.3: chunked is not the last coding',
    input: `POST / ${HEAD}Transfer-Encoding:\r\n\r\n`,
    code: 'ERR_HTTP1_TRANSFER_ENCODING',
  },
  {
    what: 'Transfer-Encoding in HTTP/1.0',
    rule: 'RFC 9112, 6.1: the framing is faulty',
    input: `POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n${HELLO}`,
    code: 'ERR_HTTP1_TRANSFER_ENCODING',
  },
  {
    what: 'a coding before chunked, which nobody decodes',
    rule: 'RFC 9112, 6.1: 501 for what is not understood',
    input: `POST / ${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n${HELLO}`,
    code: 'ERR_HTTP1_TRANSFER_CODING',
  },
  {
    what: 'Host in a trailer section',
    rule: 'RFC 9110, 6.5.1: a field that routes',
    input: `${CHUNKED}0\r\nHost: b\r\n\r\n`,
    code: 'ERR_HTTP1_TRAILER',
  },
  ...['=b', 'a=', ';a'].map((extension) => ({
    what: `the chunk extension ;${extension}`,
    rule: 'RFC 9112, 7.1.1: chunk-ext-name, and a value after "="',
    input: `${CHUNKED}5;${extension}\r\nhello\r\n0\r\n\r\n`,
    code: 'ERR_HTTP1_CHUNK' as const,
  })),
  {
    what: 'an expectation beside 100-continue',
    rule: 'RFC 9110, 10.1.1: 417 for what cannot be met',
    input: `POST / ${HEAD}Expect: 100-continue, other\r\nContent-Length: 5\r\n\r\nhello`,
    code: 'ERR_HTTP1_EXPECT',
  },
];

/** What node:http 20 refuses and the engine takes. */
export const REFUSED_BY_NODE: readonly KnownDifference[] = [
  ...['BREW', 'get'].map((method) => ({
    what: `the method ${method}`,
    rule: 'RFC 9110, 9.1: any token',
    input: `${method} / ${HEAD}\r\n`,
  })),
  {
    what: 'HTTP/1.2',
    rule: 'RFC 9110, 6.2: processed as HTTP/1.1',
    input: 'GET / HTTP/1.2\r\nHost: a\r\n\r\n',
  },
  {
    what: 'a tab after chunked',
    rule: 'RFC 9112, 5.1: whitespace around a value is no part of it',
    input: `POST / ${HEAD}Transfer-Encoding: chunked\t\r\n\r\n${HELLO}`,
  },
  {
    what: 'an empty list member after chunked',
    rule: 'RFC 9110, 5.6.1: ignored',
    input: `POST / ${HEAD}Transfer-Encoding: chunked,\r\n\r\n${HELLO}`,
  },
  {
    what: 'whitespace in a chunk extension',
    rule: 'RFC 9110, 5.6.3: bad whitespace is parsed',
    input: `${CHUNKED}5 ; a = b\r\nhello\r\n0\r\n\r\n`,
  },
  {
    what: 'octets beyond ASCII in a target',
    rule: 'RFC 9112, 3.2: left to whoever reads the path',
    input: `GET /\xe9 ${HEAD}\r\n`,
  },
];
