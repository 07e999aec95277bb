import { ProxyError } from './errors.ts';
import { latin1 } from './version-2.ts';

/** What the proxy says of the TLS connection with its client: section 2.2.6. */
export interface ProxySsl {
  /** Whether the client spoke TLS with the proxy. */
  readonly secure: boolean;
  /** Whether it sent a certificate that the proxy found valid. */
  readonly verified: boolean;
  /** For example `TLSv1.3`. */
  readonly version: string | undefined;
  /** The common name of the client's certificate. */
  readonly commonName: string | undefined;
  /** For example `ECDHE-RSA-AES128-GCM-SHA256`; undefined where the proxy does not say. */
  readonly cipher: string | undefined;
}

const SUBTYPES = { version: 0x21, commonName: 0x22, cipher: 0x23 } as const;
const CLIENT_SSL = 0x01;
const CLIENT_CERTIFICATE = 0x02;

/** Parses the value of a TLV of type `ssl`. Throws `ERR_PROXY_TLV`. */
export function parseSsl(value: Uint8Array): ProxySsl {
  if (value.length < 5) {
    throw new ProxyError('ERR_PROXY_TLV', `${value.length} octets of type ssl`);
  }
  const client = value[0] as number;
  const texts = new Map<number, string>();
  for (let at = 5; at < value.length; ) {
    const size = ((value[at + 1] ?? Number.NaN) << 8) | (value[at + 2] ?? Number.NaN);
    const end = at + 3 + size;
    if (at + 3 > value.length || end > value.length) {
      throw new ProxyError('ERR_PROXY_TLV', `octet ${at} of type ssl`);
    }
    texts.set(value[at] as number, latin1(value.subarray(at + 3, end)));
    at = end;
  }
  const valid = value.subarray(1, 5).every((octet) => octet === 0);
  return {
    secure: (client & CLIENT_SSL) !== 0,
    verified: (client & CLIENT_CERTIFICATE) !== 0 && valid,
    version: texts.get(SUBTYPES.version),
    commonName: texts.get(SUBTYPES.commonName),
    cipher: texts.get(SUBTYPES.cipher),
  };
}
