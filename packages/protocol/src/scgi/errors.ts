import { quote } from '../octets/quote.ts';

/** Who broke the protocol: the peer at the other end, or the caller of this codec. */
export type ScgiBlame = 'peer' | 'caller';

/** Every code that an error of this codec can carry. */
export type ScgiErrorCode =
  | 'ERR_SCGI_NETSTRING'
  | 'ERR_SCGI_HEADERS'
  | 'ERR_SCGI_CONTENT_LENGTH'
  | 'ERR_SCGI_VERSION'
  | 'ERR_SCGI_DUPLICATE'
  | 'ERR_SCGI_TOO_LARGE'
  | 'ERR_SCGI_TRUNCATED'
  | 'ERR_SCGI_EXCESS'
  | 'ERR_SCGI_STATE'
  | 'ERR_SCGI_VALUE';

interface ScgiErrorRecord {
  readonly blame: ScgiBlame;
  /** The status code for a server to answer with. */
  readonly status: number;
  readonly text: string;
}

const peer = (text: string, status = 400): ScgiErrorRecord => ({ blame: 'peer', status, text });
const caller = (text: string): ScgiErrorRecord => ({ blame: 'caller', status: 500, text });

/** The one table of errors; each text is a rule of the SCGI specification. */
export const SCGI_ERRORS: Readonly<Record<ScgiErrorCode, ScgiErrorRecord>> = {
  ERR_SCGI_NETSTRING: peer(
    'the head is a netstring: length without leading zeros, ":", octets, ","',
  ),
  ERR_SCGI_HEADERS: peer(
    'headers are names that are not empty and values, each with a NUL behind it',
  ),
  ERR_SCGI_CONTENT_LENGTH: peer('the first header is CONTENT_LENGTH, in digits'),
  ERR_SCGI_VERSION: peer('there is a header SCGI of the value 1'),
  ERR_SCGI_DUPLICATE: peer('no name is there twice'),
  ERR_SCGI_TOO_LARGE: peer('the head is within its limits', 431),
  ERR_SCGI_TRUNCATED: peer('the request arrives whole'),
  ERR_SCGI_EXCESS: peer('nothing follows the content that CONTENT_LENGTH declares'),
  ERR_SCGI_STATE: caller('nothing is received after the end'),
  ERR_SCGI_VALUE: caller('what is written can be said in SCGI'),
};

/** An error of SCGI. */
export class ScgiError extends Error {
  /** The entry of SCGI_ERRORS that blame, status and message come from. */
  readonly code: ScgiErrorCode;
  /** Who broke the rule that the message states. */
  readonly blame: ScgiBlame;
  /** The status code for a server to answer with; 500 where the caller is to blame. */
  readonly status: number;

  /** The message states the rule and quotes at most 80 characters of `got`. */
  constructor(code: ScgiErrorCode, got: string) {
    const { blame, status, text } = SCGI_ERRORS[code];
    super(`${text}; got ${quote(got)}`);
    this.code = code;
    this.blame = blame;
    this.status = status;
  }

  /** Always `ScgiError`. */
  override get name(): string {
    return 'ScgiError';
  }
}
