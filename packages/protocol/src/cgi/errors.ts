import { quote } from '../octets/quote.ts';

/** Who broke the protocol: the script, the server in front of it, or the caller of this codec. */
export type CgiBlame = 'script' | 'server' | 'caller';

/** Every code that an error of this codec can carry. */
export type CgiErrorCode =
  | 'ERR_CGI_LINE'
  | 'ERR_CGI_FIELD'
  | 'ERR_CGI_STATUS'
  | 'ERR_CGI_NO_FIELD'
  | 'ERR_CGI_REPEATED'
  | 'ERR_CGI_CONTENT_LENGTH'
  | 'ERR_CGI_TRANSFER_ENCODING'
  | 'ERR_CGI_HEAD_TOO_LARGE'
  | 'ERR_CGI_TRUNCATED'
  | 'ERR_CGI_EXCESS'
  | 'ERR_CGI_VARIABLE'
  | 'ERR_CGI_VARIABLES_TOO_LARGE'
  | 'ERR_CGI_PATH'
  | 'ERR_CGI_STATE'
  | 'ERR_CGI_VALUE';

interface CgiErrorRecord {
  readonly blame: CgiBlame;
  /** The status code to answer with: of the gateway for a script, of the script for a server. */
  readonly status: number;
  readonly text: string;
}

const script = (text: string): CgiErrorRecord => ({ blame: 'script', status: 502, text });
const server = (text: string, status = 400): CgiErrorRecord => ({ blame: 'server', status, text });
const caller = (text: string): CgiErrorRecord => ({ blame: 'caller', status: 500, text });

/** The one table of errors; the section of RFC 3875 stands behind each text. */
export const CGI_ERRORS: Readonly<Record<CgiErrorCode, CgiErrorRecord>> = {
  ERR_CGI_LINE: script('a line ends with LF or CR LF and has no other control characters (7.2)'),
  ERR_CGI_FIELD: script('a field is a token, ":" and a value on one line (6.3)'),
  ERR_CGI_STATUS: script('a status is three digits from 200 to 999, SP and a reason (6.3.3)'),
  ERR_CGI_NO_FIELD: script('there is a Content-Type, a Location or a Status (6.3)'),
  ERR_CGI_REPEATED: script('Content-Type, Location, Status, Content-Length are there once (6.3)'),
  ERR_CGI_CONTENT_LENGTH: script('Content-Length is one number in digits (6.3.4)'),
  ERR_CGI_TRANSFER_ENCODING: script('a script sends its content as it is (6.3.4)'),
  ERR_CGI_HEAD_TOO_LARGE: script('the head of a response is within its limits (9.6)'),
  ERR_CGI_TRUNCATED: script('a response arrives whole (6)'),
  ERR_CGI_EXCESS: script('nothing follows the content that Content-Length declares (6.4)'),
  ERR_CGI_VARIABLE: server('a variable has the form that is defined for it (4.1)'),
  ERR_CGI_VARIABLES_TOO_LARGE: server('the variables are within their limits (9.6)', 431),
  ERR_CGI_PATH: server('a path can be decoded without a loss that changes its segments (4.1.5)'),
  ERR_CGI_STATE: caller('nothing is received after the end'),
  ERR_CGI_VALUE: caller('what is written can be said in CGI'),
};

/** An error of CGI. */
export class CgiError extends Error {
  /** The entry of CGI_ERRORS that blame, status and message come from. */
  readonly code: CgiErrorCode;
  /** Who broke the rule that the message states. */
  readonly blame: CgiBlame;
  /** The status code to answer with: of the gateway for a script, of the script for a server. */
  readonly status: number;

  /** The message states the rule and quotes at most 80 characters of `got`. */
  constructor(code: CgiErrorCode, got: string) {
    const { blame, status, text } = CGI_ERRORS[code];
    super(`${text}; got ${quote(got)}`);
    this.code = code;
    this.blame = blame;
    this.status = status;
  }

  /** Always `CgiError`. */
  override get name(): string {
    return 'CgiError';
  }
}
