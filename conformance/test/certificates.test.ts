import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { getCertificates } from '../src/engine/certificates.ts';

describe('getCertificates', () => {
  const { server, authority, trustedClient, unknownClient } = getCertificates();
  const root = new X509Certificate(authority);

  test('makes an authority that has signed one client and not the other', () => {
    const [trusted, unknown] = [trustedClient, unknownClient].map(
      ({ cert }) => new X509Certificate(cert),
    );
    expect(root.ca).toBe(true);
    expect(trusted?.verify(root.publicKey)).toBe(true);
    expect(trusted?.checkIssued(root)).toBe(true);
    expect(unknown?.verify(root.publicKey)).toBe(false);
  });

  test('names the server as the kit asks for it, for decades', () => {
    const { subject, validTo } = new X509Certificate(server.cert);
    expect(subject).toBe('CN=tsgi.test');
    expect(new Date(validTo).getFullYear()).toBe(2049);
  });

  test('gives the same ones again', () => {
    expect(getCertificates().server).toBe(server);
  });
});
