import { quote } from '../octets/quote.ts';

/** Who broke the protocol: the peer at the other end, or the caller of this codec. */
export type UwsgiBlame = 'peer' | 'caller';

/** Every code that an error of this codec can carry. */
export type UwsgiErrorCode =
  | 'ERR_UWSGI_MODIFIER'
  | 'ERR_UWSGI_VARIABLE'
  | 'ERR_UWSGI_CONTENT_LENGTH'
  | 'ERR_UWSGI_TOO_LARGE'
  | 'ERR_UWSGI_TRUNCATED'
  | 'ERR_UWSGI_EXCESS'
  | 'ERR_UWSGI_STATE'
  | 'ERR_UWSGI_VALUE';

interface UwsgiErrorRecord {
  readonly blame: UwsgiBlame;
  /** The status code for a server to answer with. */
  readonly status: number;
  readonly text: string;
}

const peer = (text: string, status = 400): UwsgiErrorRecord => ({ blame: 'peer', status, text });
const caller = (text: string): UwsgiErrorRecord => ({ blame: 'caller', status: 500, text });

/** The one table of errors; each text is a rule of the uwsgi protocol. */
export const UWSGI_ERRORS: Readonly<Record<UwsgiErrorCode, UwsgiErrorRecord>> = {
  ERR_UWSGI_MODIFIER: peer('a packet that is a request has modifier1 0 and modifier2 0'),
  ERR_UWSGI_VARIABLE: peer('a variable is two strings, each within the block, the name not empty'),
  ERR_UWSGI_CONTENT_LENGTH: peer('CONTENT_LENGTH is one number in digits, or empty'),
  ERR_UWSGI_TOO_LARGE: peer('the variables are within their limits', 431),
  ERR_UWSGI_TRUNCATED: peer('the request arrives whole'),
  ERR_UWSGI_EXCESS: peer('nothing follows the content that CONTENT_LENGTH declares'),
  ERR_UWSGI_STATE: caller('nothing is received after the end'),
  ERR_UWSGI_VALUE: caller('what is written fits into a packet of 65,535 octets'),
};

/** An error of the uwsgi protocol. */
export class UwsgiError extends Error {
  /** The entry of UWSGI_ERRORS that blame, status and message come from. */
  readonly code: UwsgiErrorCode;
  /** Who broke the rule that the message states. */
  readonly blame: UwsgiBlame;
  /** The status code for a server to answer with; 500 where the caller is to blame. */
  readonly status: number;

  /** The message states the rule and quotes at most 80 characters of `got`. */
  constructor(code: UwsgiErrorCode, got: string) {
    const { blame, status, text } = UWSGI_ERRORS[code];
    super(`${text}; got ${quote(got)}`);
    this.code = code;
    this.blame = blame;
    this.status = status;
  }

  /** Always `UwsgiError`. */
  override get name(): string {
    return 'UwsgiError';
  }
}
