import { quote } from '../octets/quote.ts';

/** Who broke the protocol: the peer at the other end, or the caller of this codec. */
export type ProxyBlame = 'peer' | 'caller';

/** Every code that an error of this codec can carry. */
export type ProxyErrorCode =
  | 'ERR_PROXY_SIGNATURE'
  | 'ERR_PROXY_VERSION'
  | 'ERR_PROXY_LINE'
  | 'ERR_PROXY_COMMAND'
  | 'ERR_PROXY_FAMILY'
  | 'ERR_PROXY_LENGTH'
  | 'ERR_PROXY_TLV'
  | 'ERR_PROXY_CHECKSUM'
  | 'ERR_PROXY_TRUNCATED'
  | 'ERR_PROXY_STATE'
  | 'ERR_PROXY_VALUE';

interface ProxyErrorRecord {
  readonly blame: ProxyBlame;
  readonly text: string;
}

const peer = (text: string): ProxyErrorRecord => ({ blame: 'peer', text });
const caller = (text: string): ProxyErrorRecord => ({ blame: 'caller', text });

/** The one table of errors; the section of the PROXY protocol stands behind each text. */
export const PROXY_ERRORS: Readonly<Record<ProxyErrorCode, ProxyErrorRecord>> = {
  ERR_PROXY_SIGNATURE: peer('a connection begins with a PROXY protocol header (2)'),
  ERR_PROXY_VERSION: peer('the header is of a version that is accepted here (2)'),
  ERR_PROXY_LINE: peer('a line is PROXY, protocol, two addresses, two ports, CR LF (2.1)'),
  ERR_PROXY_COMMAND: peer('the command is LOCAL or PROXY (2.2)'),
  ERR_PROXY_FAMILY: peer('the family is UNSPEC, INET, INET6 or UNIX, with its transport (2.2)'),
  ERR_PROXY_LENGTH: peer('the length covers the addresses and is within the limit (2.2)'),
  ERR_PROXY_TLV: peer('a TLV lies within the header (2.2)'),
  ERR_PROXY_CHECKSUM: peer('the CRC32c of the header is the one it carries (2.2.3)'),
  ERR_PROXY_TRUNCATED: peer('the header arrives whole (2)'),
  ERR_PROXY_STATE: caller('nothing is received after the header'),
  ERR_PROXY_VALUE: caller('what is written is of the family that it claims'),
};

/** An error of the PROXY protocol. */
export class ProxyError extends Error {
  /** The entry of PROXY_ERRORS that blame and message come from. */
  readonly code: ProxyErrorCode;
  /** Who broke the rule that the message states. */
  readonly blame: ProxyBlame;

  /** The message states the rule and quotes at most 80 characters of `got`. */
  constructor(code: ProxyErrorCode, got?: string) {
    const { blame, text } = PROXY_ERRORS[code];
    super(got === undefined ? text : `${text}; got ${quote(got)}`);
    this.code = code;
    this.blame = blame;
  }

  /** Always `ProxyError`. */
  override get name(): string {
    return 'ProxyError';
  }
}
