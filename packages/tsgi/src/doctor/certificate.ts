import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Resolved } from '../settings/resolved.ts';
import { type Finding, findingsOn } from './finding.ts';

function readCertificate(file: string): X509Certificate {
  return new X509Certificate(readFileSync(file));
}

const SOON = 14 * 86_400_000;

/** Whether certificate and key can be read, belong together and are not out of date. */
export function checkCertificate({ settings }: Resolved): readonly Finding[] {
  const { certfile, keyfile = certfile, clientCa } = settings;
  if (certfile === undefined || keyfile === undefined) {
    return [];
  }
  const find = findingsOn('certificate');
  try {
    const certificate = readCertificate(certfile);
    const key = createPrivateKey(readFileSync(keyfile));
    const authority = clientCa === undefined ? undefined : readCertificate(clientCa);
    if (!certificate.checkPrivateKey(key)) {
      return find('fail', `${keyfile} is not the key of ${certfile}`);
    }
    if (authority?.ca === false) {
      return find('fail', `${clientCa} is the certificate of no authority`);
    }
    return judgeDates(certificate, certfile);
  } catch (error) {
    return find('fail', `cannot be read: ${(error as Error).message}`);
  }
}

function judgeDates({ validFrom, validTo }: X509Certificate, certfile: string): readonly Finding[] {
  const find = findingsOn('certificate');
  const now = Date.now();
  if (now < Date.parse(validFrom)) {
    return find('fail', `${certfile} is valid from ${validFrom} on, and not yet`);
  }
  const left = Date.parse(validTo) - now;
  if (left < 0) {
    return find('fail', `${certfile} was valid until ${validTo}; renew it`);
  }
  return find(left < SOON ? 'warn' : 'ok', `${certfile} is valid until ${validTo}`);
}
