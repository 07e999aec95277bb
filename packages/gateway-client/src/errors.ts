/** Every code that an error of the gateway can carry. */
export type GatewayErrorCode =
  | 'ERR_GATEWAY_CONNECT'
  | 'ERR_GATEWAY_CONNECT_TIMEOUT'
  | 'ERR_GATEWAY_TIMEOUT'
  | 'ERR_GATEWAY_CLOSED'
  | 'ERR_GATEWAY_PROTOCOL'
  | 'ERR_GATEWAY_OVERLOADED'
  | 'ERR_GATEWAY_UNAVAILABLE'
  | 'ERR_GATEWAY_CANCELLED'
  | 'ERR_GATEWAY_LENGTH_REQUIRED'
  | 'ERR_GATEWAY_TOO_LARGE'
  | 'ERR_GATEWAY_CONTENT'
  | 'ERR_GATEWAY_REQUEST'
  | 'ERR_GATEWAY_PATH'
  | 'ERR_GATEWAY_NOT_FOUND'
  | 'ERR_GATEWAY_HEAD_TOO_LARGE'
  | 'ERR_GATEWAY_SYNC';

/** What is known of a kind of error. */
export interface GatewayErrorRecord {
  /** Whether it is the upstream that failed, so that another one may be asked. */
  readonly upstream: boolean;
  /** The status to answer with where nothing was sent yet. */
  readonly status: `${number} ${string}`;
  /** What the client is told: nothing of addresses. */
  readonly text: string;
}

const upstream = (status: `${number} ${string}`, text: string): GatewayErrorRecord => ({
  upstream: true,
  status,
  text,
});
const other = (status: `${number} ${string}`, text: string): GatewayErrorRecord => ({
  upstream: false,
  status,
  text,
});

const BAD_GATEWAY = '502 Bad Gateway';
const UNAVAILABLE = '503 Service Unavailable';
const TIMEOUT = '504 Gateway Timeout';

/** The one table of errors: code, status, text. */
export const GATEWAY_ERRORS: Readonly<Record<GatewayErrorCode, GatewayErrorRecord>> = {
  ERR_GATEWAY_CONNECT: upstream(BAD_GATEWAY, 'The upstream does not accept connections.'),
  ERR_GATEWAY_CONNECT_TIMEOUT: upstream(
    TIMEOUT,
    'The upstream did not accept the connection in time.',
  ),
  ERR_GATEWAY_TIMEOUT: upstream(TIMEOUT, 'The upstream did not answer in time.'),
  ERR_GATEWAY_CLOSED: upstream(BAD_GATEWAY, 'The upstream closed the connection too early.'),
  ERR_GATEWAY_PROTOCOL: upstream(BAD_GATEWAY, 'The upstream gave an answer that is not valid.'),
  ERR_GATEWAY_OVERLOADED: upstream(UNAVAILABLE, 'The upstream is overloaded.'),
  ERR_GATEWAY_UNAVAILABLE: other(UNAVAILABLE, 'No upstream is available.'),
  ERR_GATEWAY_CANCELLED: other('499 Client Closed Request', 'The client went away.'),
  ERR_GATEWAY_LENGTH_REQUIRED: other(
    '411 Length Required',
    'A body of this size needs a Content-Length here.',
  ),
  ERR_GATEWAY_TOO_LARGE: other('413 Content Too Large', 'The body is too large.'),
  ERR_GATEWAY_CONTENT: other('400 Bad Request', 'The body did not arrive whole.'),
  ERR_GATEWAY_REQUEST: other(
    '400 Bad Request',
    'The request cannot be said in the protocol of the upstream.',
  ),
  ERR_GATEWAY_PATH: other('404 Not Found', 'The path cannot be decoded without a loss.'),
  ERR_GATEWAY_NOT_FOUND: other('404 Not Found', 'There is nothing at this path.'),
  ERR_GATEWAY_HEAD_TOO_LARGE: other(
    '431 Request Header Fields Too Large',
    'The fields of the request do not fit into what the upstream takes.',
  ),
  ERR_GATEWAY_SYNC: other(
    '500 Internal Server Error',
    'forward needs the asynchronous profile, here and in every middleware around it.',
  ),
};

/** An error of the gateway: what went wrong between it and its upstream, or with the request. */
export class GatewayError extends Error {
  /** What went wrong; `GATEWAY_ERRORS` has the status and the text that belong to it. */
  readonly code: GatewayErrorCode;

  /** `got` is what was met in place of the expected, for the message; `cause` is behind it. */
  constructor(code: GatewayErrorCode, got?: string, cause?: unknown) {
    const { text } = GATEWAY_ERRORS[code];
    super(
      got === undefined ? text : `${text} Got: ${got}`,
      cause === undefined ? undefined : { cause },
    );
    this.code = code;
  }

  /** `GatewayError`; on the prototype, where the head of the stack is read from. */
  override get name(): string {
    return 'GatewayError';
  }
}

/** Any error as one of the gateway; what is none comes from an engine that met broken protocol. */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) {
    return error;
  }
  const { code, message } = error as { code?: unknown; message?: unknown };
  const broken = typeof code === 'string' && /^ERR_(?:HTTP1|CGI|FASTCGI|TSGI)_/.test(code);
  const truncated = broken && code.endsWith('_TRUNCATED');
  const kind = broken && !truncated ? 'ERR_GATEWAY_PROTOCOL' : 'ERR_GATEWAY_CLOSED';
  return new GatewayError(kind, String(message), error);
}
