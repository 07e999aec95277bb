import { quote } from '../octets/quote.ts';

/** Who broke the protocol: the peer at the other end, or the caller of this codec. */
export type FastCgiBlame = 'peer' | 'caller';

/** Every code that an error of this codec can carry. */
export type FastCgiErrorCode =
  | 'ERR_FASTCGI_VERSION'
  | 'ERR_FASTCGI_TYPE'
  | 'ERR_FASTCGI_REQUEST_ID'
  | 'ERR_FASTCGI_BODY'
  | 'ERR_FASTCGI_STREAM'
  | 'ERR_FASTCGI_PAIR'
  | 'ERR_FASTCGI_CONTENT_LENGTH'
  | 'ERR_FASTCGI_TOO_LARGE'
  | 'ERR_FASTCGI_TOO_MANY'
  | 'ERR_FASTCGI_TRUNCATED'
  | 'ERR_FASTCGI_STATE'
  | 'ERR_FASTCGI_VALUE';

interface FastCgiErrorRecord {
  readonly blame: FastCgiBlame;
  /** The status code for a server to answer with, where it can still answer. */
  readonly status: number;
  readonly text: string;
}

const peer = (text: string, status = 400): FastCgiErrorRecord => ({ blame: 'peer', status, text });
const caller = (text: string): FastCgiErrorRecord => ({ blame: 'caller', status: 500, text });

/** The one table of errors; the section of the FastCGI specification stands behind each text. */
export const FASTCGI_ERRORS: Readonly<Record<FastCgiErrorCode, FastCgiErrorRecord>> = {
  ERR_FASTCGI_VERSION: peer('a record is of version 1 (3.3)'),
  ERR_FASTCGI_TYPE: peer('a record is of a type that its receiver and its request take (3.3)'),
  ERR_FASTCGI_REQUEST_ID: peer('a request has an id of its own, which is not 0 (3.3)'),
  ERR_FASTCGI_BODY: peer('the body of a record is as long as its type says (5)'),
  ERR_FASTCGI_STREAM: peer('a stream ends once, PARAMS before STDIN (3.3, 6.2)'),
  ERR_FASTCGI_PAIR: peer('name-value pairs fill their stream, no name is empty (3.4)'),
  ERR_FASTCGI_CONTENT_LENGTH: peer('STDIN is as long as CONTENT_LENGTH, one number, says (6.2)'),
  ERR_FASTCGI_TOO_LARGE: peer('the variables are within their limits', 431),
  ERR_FASTCGI_TOO_MANY: peer('records that serve no request are few'),
  ERR_FASTCGI_TRUNCATED: peer('records and requests arrive whole'),
  ERR_FASTCGI_STATE: caller('a call fits what was received and sent before'),
  ERR_FASTCGI_VALUE: caller('what is written can be said in FastCGI'),
};

/** An error of FastCGI. */
export class FastCgiError extends Error {
  /** The entry of FASTCGI_ERRORS that blame, status and message come from. */
  readonly code: FastCgiErrorCode;
  /** Who broke the rule that the message states. */
  readonly blame: FastCgiBlame;
  /** The status code for a server to answer with; 500 where the caller is to blame. */
  readonly status: number;

  /** The message states the rule and quotes at most 80 characters of `got`. */
  constructor(code: FastCgiErrorCode, got: string) {
    const { blame, status, text } = FASTCGI_ERRORS[code];
    super(`${text}; got ${quote(got)}`);
    this.code = code;
    this.blame = blame;
    this.status = status;
  }

  /** Always `FastCgiError`. */
  override get name(): string {
    return 'FastCgiError';
  }
}
