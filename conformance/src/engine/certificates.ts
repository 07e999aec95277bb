/** Certificates for one run of the kit, made when they are first needed and kept in memory alone. */
import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A private key and the certificate that goes with it, as PEM texts. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** Who takes part in the checks of TLS. */
export interface Certificates {
  readonly server: Identity;
  /** The certificate of the authority that the server is told to trust. */
  readonly authority: string;
  readonly trustedClient: Identity;
  readonly unknownClient: Identity;
}

interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
}

let made: Certificates | undefined;

/** The certificates of this process. */
export function getCertificates(): Certificates {
  made ??= makeCertificates();
  return made;
}

function makeCertificates(): Certificates {
  const authorityKeys = newKeys();
  const authority = { name: 'tsgi kit authority', key: authorityKeys.privateKey };
  const issue = (name: string, issuer?: Issuer): Identity => {
    const keys = newKeys();
    const from = issuer ?? { name, key: keys.privateKey };
    return { key: pemOfKey(keys.privateKey), cert: certify(name, keys.publicKey, from) };
  };
  return {
    server: issue('tsgi.test'),
    authority: certify(authority.name, authorityKeys.publicKey, authority),
    trustedClient: issue('tsgi kit client', authority),
    unknownClient: issue('tsgi kit stranger'),
  };
}

function newKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function pemOfKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

let serial = 0;

// RFC 5280 section 4.1: Certificate
function certify(subject: string, publicKey: KeyObject, issuer: Issuer): string {
  serial += 1;
  const algorithm = sequence(identifier(ECDSA_WITH_SHA256));
  const toBeSigned = sequence(
    tagged(0xa0, integer(2)),
    integer(serial),
    algorithm,
    nameOf(issuer.name),
    sequence(utcTime('200101000000Z'), utcTime('491231235959Z')),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(basicConstraints(subject === issuer.name))),
  );
  const signature = sign('sha256', toBeSigned, issuer.key);
  const bits = tagged(0x03, Buffer.concat([Buffer.of(0), signature]));
  const base64 = sequence(toBeSigned, algorithm, bits).toString('base64');
  const lines = base64.replace(/.{64}(?!$)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

// Object identifiers, encoded: RFC 5758 section 3.2, RFC 5280 sections 4.1.2.4 and 4.2.1.9
const ECDSA_WITH_SHA256: readonly number[] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const COMMON_NAME: readonly number[] = [0x55, 0x04, 0x03];
const BASIC_CONSTRAINTS: readonly number[] = [0x55, 0x1d, 0x13];

function nameOf(text: string): Buffer {
  const value = tagged(0x0c, Buffer.from(text));
  return sequence(tagged(0x31, sequence(identifier(COMMON_NAME), value)));
}

function basicConstraints(isAuthority: boolean): Buffer {
  const value = sequence(...(isAuthority ? [Buffer.of(0x01, 0x01, 0xff)] : []));
  return sequence(identifier(BASIC_CONSTRAINTS), Buffer.of(1, 1, 0xff), tagged(0x04, value));
}

// X.690 section 8: a tag, a length, the contents
function tagged(tag: number, contents: Buffer): Buffer {
  const { length } = contents;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), contents]);
  const size = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), contents]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function identifier(octets: readonly number[]): Buffer {
  return tagged(0x06, Buffer.from(octets));
}

function integer(value: number): Buffer {
  return tagged(0x02, value < 0x80 ? Buffer.of(value) : Buffer.of(0, value));
}

function utcTime(text: string): Buffer {
  return tagged(0x17, Buffer.from(text));
}
