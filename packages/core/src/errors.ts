/** Who broke the rule: the application, the peer at the other end of the connection, or this server. */
export type Blame = 'application' | 'peer' | 'server';

/** Every code that an error made here can carry. */
export type ErrorCode =
  | 'ERR_TSGI_STATUS'
  | 'ERR_TSGI_HEADERS'
  | 'ERR_TSGI_HEADER_NAME'
  | 'ERR_TSGI_HEADER_VALUE'
  | 'ERR_TSGI_HEADER_HOP'
  | 'ERR_TSGI_CONTENT_LENGTH'
  | 'ERR_TSGI_ALREADY_STARTED'
  | 'ERR_TSGI_NOT_STARTED'
  | 'ERR_TSGI_ENDED'
  | 'ERR_TSGI_BODY'
  | 'ERR_TSGI_CHUNK'
  | 'ERR_TSGI_ASYNC_UNSUPPORTED'
  | 'ERR_TSGI_CONTENT_OVER'
  | 'ERR_TSGI_CONTENT_UNDER'
  | 'ERR_TSGI_CONTENT_FORBIDDEN'
  | 'ERR_TSGI_CALLBACK'
  | 'ERR_TSGI_CLEANUP'
  | 'ERR_TSGI_CLEANUP_TIMEOUT'
  | 'ERR_TSGI_ABORTED'
  | 'ERR_TSGI_INPUT_ABORTED'
  | 'ERR_TSGI_INPUT_TOO_LARGE'
  | 'ERR_TSGI_INPUT_UNBUFFERED'
  | 'ERR_TSGI_INPUT_LOCKED'
  | 'ERR_TSGI_FILE'
  | 'ERR_TSGI_TARGET'
  | 'ERR_TSGI_METHOD'
  | 'ERR_TSGI_HOST'
  | 'ERR_TSGI_FRAMING'
  | 'ERR_TSGI_CODING'
  | 'ERR_TSGI_FIELD'
  | 'ERR_TSGI_VERSION'
  | 'ERR_TSGI_MOUNT'
  | 'ERR_TSGI_PATH_ENCODING'
  | 'ERR_TSGI_OPTION';

/** What is known of a kind of error. */
export interface ErrorRecord {
  /** Who broke the rule that `text` states. */
  readonly blame: Blame;
  /** The status code to answer with where nothing was sent yet. */
  readonly status: number;
  /** The rule broken, in words. */
  readonly text: string;
}

const application = (text: string): ErrorRecord => ({ blame: 'application', status: 500, text });
const peer = (status: number, text: string): ErrorRecord => ({ blame: 'peer', status, text });

/** The one table of errors: code, blame, status, text. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorRecord>> = {
  ERR_TSGI_STATUS: application('a status is three digits from 200 to 599, a space and a reason'),
  ERR_TSGI_HEADERS: application('headers are an array of [name, value] arrays of two strings'),
  ERR_TSGI_HEADER_NAME: application('a header name is a token and not "status"'),
  ERR_TSGI_HEADER_VALUE: application(
    'a header value holds octets without control characters and no space at either end',
  ),
  ERR_TSGI_HEADER_HOP: application('hop-by-hop headers belong to the server'),
  ERR_TSGI_CONTENT_LENGTH: application('Content-Length is given once, in digits'),
  ERR_TSGI_ALREADY_STARTED: application(
    'startResponse is called once, or again with an error as its third argument',
  ),
  ERR_TSGI_NOT_STARTED: application(
    'startResponse is called before the first non-empty chunk and before the body ends',
  ),
  ERR_TSGI_ENDED: application('the response has ended'),
  ERR_TSGI_BODY: application('the body is an iterable object of Uint8Array chunks'),
  ERR_TSGI_CHUNK: application('a chunk is a Uint8Array'),
  ERR_TSGI_ASYNC_UNSUPPORTED: application(
    'asynchronous results need the async profile, which this server was not started with',
  ),
  ERR_TSGI_CONTENT_OVER: application('the body is no longer than Content-Length'),
  ERR_TSGI_CONTENT_UNDER: application('the body is no shorter than Content-Length'),
  ERR_TSGI_CONTENT_FORBIDDEN: application('a response with status 204, 205 or 304 has no content'),
  ERR_TSGI_CALLBACK: application('tsgi.on_finish takes a function'),
  ERR_TSGI_CLEANUP: application('cleanup does not throw'),
  ERR_TSGI_CLEANUP_TIMEOUT: application('cleanup settles within the time limit of the server'),
  ERR_TSGI_ABORTED: peer(400, 'the client stays until it has the whole response'),
  ERR_TSGI_INPUT_ABORTED: peer(400, 'the request body arrives whole'),
  ERR_TSGI_INPUT_TOO_LARGE: peer(413, 'the request body is within the limit of the server'),
  ERR_TSGI_INPUT_UNBUFFERED: application(
    'tsgi.input is read where tsgi.input_buffered is true, tsgi.async_input otherwise',
  ),
  ERR_TSGI_INPUT_LOCKED: application(
    'a request body has one reader: tsgi.input or one iteration of tsgi.async_input',
  ),
  ERR_TSGI_FILE: application(
    'a file that is sent is a regular file, open, and no shorter than its region',
  ),
  ERR_TSGI_TARGET: peer(400, 'the request-target is in a form that RFC 9112 section 3.2 allows'),
  ERR_TSGI_METHOD: peer(501, 'the method is one that this server dispatches'),
  ERR_TSGI_HOST: peer(400, 'an HTTP/1.1 request has one valid Host field'),
  ERR_TSGI_FRAMING: peer(400, 'one Content-Length or one Transfer-Encoding delimits the body'),
  ERR_TSGI_CODING: peer(501, 'chunked is the only transfer coding this server understands'),
  ERR_TSGI_FIELD: peer(400, 'a field is a token name and a value without control characters'),
  ERR_TSGI_VERSION: peer(505, 'the protocol version is HTTP/1.0, HTTP/1.1 or HTTP/2'),
  ERR_TSGI_MOUNT: peer(404, 'the path lies under the place where the application is mounted'),
  ERR_TSGI_PATH_ENCODING: peer(400, 'a decoded path is UTF-8'),
  ERR_TSGI_OPTION: { blame: 'server', status: 500, text: 'an option has a value that it takes' },
};

/** An error from the table; `message` says the rule broken and the value got. */
export class TsgiError extends Error {
  /** The entry of ERRORS that blame, status and message come from. */
  readonly code: ErrorCode;
  /** Who broke the rule that the message states. */
  readonly blame: Blame;
  /** The status code to answer with where nothing was sent yet. */
  readonly status: number;

  /** The message describes `got`, where it is given; `cause` is the error behind this one. */
  constructor(code: ErrorCode, got?: unknown, cause?: unknown) {
    const record = ERRORS[code];
    const message = got === undefined ? record.text : `${record.text}; got ${describe(got)}`;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.blame = record.blame;
    this.status = record.status;
  }

  /** Always `TsgiError`. */
  override get name(): string {
    return 'TsgiError';
  }
}

const LONGEST_DESCRIPTION = 120;

/** A value as a short piece of printable ASCII, for messages; never throws. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'object':
      return value === null ? 'null' : describeObject(value);
    default:
      return String(value);
  }
}

function quote(text: string): string {
  const short = text.length > LONGEST_DESCRIPTION ? `${text.slice(0, LONGEST_DESCRIPTION)}…` : text;
  return JSON.stringify(short).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function describeObject(value: object): string {
  try {
    const tag = Object.prototype.toString.call(value).slice(8, -1);
    if (Array.isArray(value)) {
      return `an array of ${value.length}`;
    }
    return `${/^[AEIOU]/.test(tag) ? 'an' : 'a'} ${quote(tag).slice(1, -1)}`;
  } catch {
    return 'an object';
  }
}
