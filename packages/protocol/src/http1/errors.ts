import { quote } from '../octets/quote.ts';

/** Who broke the protocol: the peer at the other end, or the caller of this engine. */
export type Http1Blame = 'peer' | 'caller';

/** Every code that an error of this engine can carry. */
export type Http1ErrorCode =
  | 'ERR_HTTP1_REQUEST_LINE'
  | 'ERR_HTTP1_METHOD'
  | 'ERR_HTTP1_VERSION'
  | 'ERR_HTTP1_STATUS_LINE'
  | 'ERR_HTTP1_UNSOLICITED'
  | 'ERR_HTTP1_FIELD'
  | 'ERR_HTTP1_LINE_END'
  | 'ERR_HTTP1_HOST'
  | 'ERR_HTTP1_CONTENT_LENGTH'
  | 'ERR_HTTP1_TRANSFER_ENCODING'
  | 'ERR_HTTP1_TRANSFER_CODING'
  | 'ERR_HTTP1_EXPECT'
  | 'ERR_HTTP1_CHUNK'
  | 'ERR_HTTP1_TRAILER'
  | 'ERR_HTTP1_TARGET_TOO_LONG'
  | 'ERR_HTTP1_HEAD_TOO_LARGE'
  | 'ERR_HTTP1_CHUNK_OVERHEAD'
  | 'ERR_HTTP1_TRUNCATED'
  | 'ERR_HTTP1_STATE'
  | 'ERR_HTTP1_LENGTH';

interface Http1ErrorRecord {
  readonly blame: Http1Blame;
  /** The status code for a server to answer with. */
  readonly status: number;
  readonly text: string;
}

const peer = (status: number, text: string): Http1ErrorRecord => ({ blame: 'peer', status, text });
const caller = (text: string): Http1ErrorRecord => ({ blame: 'caller', status: 500, text });

/** The one table of errors; the section of RFC 9112 or RFC 9110 stands behind each text. */
export const HTTP1_ERRORS: Readonly<Record<Http1ErrorCode, Http1ErrorRecord>> = {
  ERR_HTTP1_REQUEST_LINE: peer(400, 'a request line is method SP target SP version (9112, 3)'),
  ERR_HTTP1_METHOD: peer(400, 'a method is a token (9110, 9.1)'),
  ERR_HTTP1_VERSION: peer(505, 'the version is HTTP/1.0 or HTTP/1.1 (9112, 2.3)'),
  ERR_HTTP1_STATUS_LINE: peer(502, 'a status line is version SP code SP reason (9112, 4)'),
  ERR_HTTP1_UNSOLICITED: peer(502, 'a response follows a request (9112, 9.2)'),
  ERR_HTTP1_FIELD: peer(400, 'a field line is a token, a colon and a field value (9112, 5)'),
  ERR_HTTP1_LINE_END: peer(400, 'a line ends in CR LF (9112, 2.2)'),
  ERR_HTTP1_HOST: peer(400, 'an HTTP/1.1 request has one valid Host field (9112, 3.2)'),
  ERR_HTTP1_CONTENT_LENGTH: peer(400, 'Content-Length is one decimal number (9112, 6.3)'),
  ERR_HTTP1_TRANSFER_ENCODING: peer(
    400,
    'Transfer-Encoding ends in chunked, in HTTP/1.1, without Content-Length (9112, 6)',
  ),
  ERR_HTTP1_TRANSFER_CODING: peer(501, 'chunked is the one transfer coding known here (9112, 6.1)'),
  ERR_HTTP1_EXPECT: peer(417, '100-continue is the one expectation known here (9110, 10.1.1)'),
  ERR_HTTP1_CHUNK: peer(400, 'a chunk is a size in hexadecimal, CR LF, data, CR LF (9112, 7.1)'),
  ERR_HTTP1_TRAILER: peer(400, 'a trailer field neither frames nor routes (9110, 6.5.1)'),
  ERR_HTTP1_TARGET_TOO_LONG: peer(414, 'the request line is within its limit (9112, 3)'),
  ERR_HTTP1_HEAD_TOO_LARGE: peer(431, 'the header section is within its limits (9110, 5.4)'),
  ERR_HTTP1_CHUNK_OVERHEAD: peer(
    413,
    'extensions and trailers are within their limits (9112, 7.1)',
  ),
  ERR_HTTP1_TRUNCATED: peer(400, 'a message arrives whole (9112, 8)'),
  ERR_HTTP1_STATE: caller('what is sent is due'),
  ERR_HTTP1_LENGTH: caller('content has the length that its head declares'),
};

/** An error of the protocol; `status` is what a server answers with, where the peer is to blame. */
export class Http1Error extends Error {
  /** The entry of HTTP1_ERRORS that blame, status and message come from. */
  readonly code: Http1ErrorCode;
  /** Who broke the rule that the message states. */
  readonly blame: Http1Blame;
  /** The status code for a server to answer with; 500 where the caller is to blame. */
  readonly status: number;

  /** The message states the rule and quotes at most 80 characters of `got`. */
  constructor(code: Http1ErrorCode, got?: string) {
    const { blame, status, text } = HTTP1_ERRORS[code];
    super(got === undefined ? text : `${text}; got ${quote(got)}`);
    this.code = code;
    this.blame = blame;
    this.status = status;
  }

  /** Always `Http1Error`. */
  override get name(): string {
    return 'Http1Error';
  }
}
