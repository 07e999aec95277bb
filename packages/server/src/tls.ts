import type { TlsOptions as NodeTlsOptions } from 'node:tls';

/** What a server needs to speak TLS; the names and meanings are those of node:tls. */
export interface TlsOptions
  extends Pick<
    NodeTlsOptions,
    | 'ca'
    | 'cert'
    | 'ciphers'
    | 'ecdhCurve'
    | 'honorCipherOrder'
    | 'key'
    | 'minVersion'
    | 'maxVersion'
    | 'passphrase'
    | 'pfx'
    | 'rejectUnauthorized'
    | 'requestCert'
    | 'SNICallback'
  > {
  /** Whether HTTP/2 is offered beside HTTP/1.1. Default true. */
  readonly http2?: boolean | undefined;
}
