import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { TlsInfo } from '@tsgi/types';

/** What is known of a connection once its handshake is over; frozen, since its requests share it. */
export function describeTls(socket: TLSSocket): TlsInfo {
  const version = socket.getProtocol();
  const { standardName } = socket.getCipher() ?? {};
  const { alpnProtocol, servername } = socket as { alpnProtocol: unknown; servername: unknown };
  const certificates = clientCertificates(socket);
  return Object.freeze({
    ...(version === null ? {} : { version }),
    ...(isText(standardName) ? { cipher: standardName } : {}),
    ...(isText(alpnProtocol) ? { alpn: alpnProtocol } : {}),
    ...(isText(servername) ? { serverName: servername } : {}),
    ...(certificates.length === 0
      ? {}
      : {
          clientCertificates: Object.freeze(certificates),
          clientVerified: socket.authorized,
        }),
  });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

// node links each certificate to its issuer, and adds a root of its own that the client, as usual
// (RFC 8446 section 4.4.2), left out; the root links to itself.
function clientCertificates(socket: TLSSocket): readonly string[] {
  const chain: string[] = [];
  let certificate: Partial<DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true);
  while (certificate?.raw !== undefined) {
    const isRoot: boolean = certificate.issuerCertificate === certificate;
    if (isRoot && chain.length > 0) {
      break;
    }
    chain.push(toPem(certificate.raw));
    certificate = isRoot ? undefined : certificate.issuerCertificate;
  }
  return chain;
}

// RFC 7468 section 2: base64 in lines of 64 characters
function toPem(der: Buffer): string {
  const lines = der.toString('base64').replace(/.{64}(?!$)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
