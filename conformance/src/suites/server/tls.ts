import type { Application, TlsInfo } from '@tsgi/types';
import type { CheckId, PlainData, Probe, ServerCheck, ServerSettings } from '../../check.ts';
import type { Driver, SecureTerms } from '../../engine/driver.ts';
import { answering } from './applications.ts';
import { seenCheck } from './seen.ts';

type Facts = Readonly<Record<string, PlainData>>;

/** Reports what the environ says of TLS, with what an ordinary look at the entry shows. */
function reporting(probe: Probe): Application {
  return (environ, startResponse) => {
    const tls: unknown = environ['tsgi.tls'];
    const facts = typeof tls === 'object' && tls !== null ? (tls as Facts) : undefined;
    const own = facts === undefined ? [] : Reflect.ownKeys(facts).map(String);
    probe.record('tls', { own, facts: facts === undefined ? undefined : copyOf(facts) });
    return answering(probe)(environ, startResponse);
  };
}

function copyOf(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts));
}

/** What a request on a new connection finds. */
async function factsOf(
  driver: Driver,
  terms: SecureTerms,
): Promise<{ own: string[]; facts: Facts }> {
  const connection = await driver.connectSecure(terms);
  await connection.send(driver.request());
  await connection.response();
  const { data } = await driver.event('tls');
  const { own, facts } = data as { own: string[]; facts?: Facts };
  return { own, facts: facts ?? {} };
}

/** A handshake, and one member of the entry that must come of it; undefined for none. */
interface MemberCase {
  readonly id: CheckId;
  readonly title: string;
  readonly mode?: ServerSettings['tls'];
  readonly terms: SecureTerms;
  readonly member: keyof TlsInfo;
  readonly expect: PlainData;
}

const MEMBERS: readonly MemberCase[] = [
  ...(['TLSv1.2', 'TLSv1.3'] as const).map(
    (version): MemberCase => ({
      id: `TLS-VERSION.${version === 'TLSv1.2' ? '12' : '13'}`,
      title: `version is ${version} where that was negotiated`,
      terms: { version },
      member: 'version',
      expect: version,
    }),
  ),
  {
    id: 'TLS-CIPHER.iana-name-12',
    title: 'cipher has the name of the registry under TLS 1.2',
    terms: { version: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
    member: 'cipher',
    expect: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  },
  {
    id: 'TLS-CIPHER.iana-name-13',
    title: 'cipher has the name of the registry under TLS 1.3',
    terms: { version: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256' },
    member: 'cipher',
    expect: 'TLS_AES_128_GCM_SHA256',
  },
  {
    id: 'TLS-ALPN.http11',
    title: 'alpn is the protocol that was agreed on',
    terms: { protocols: ['http/1.1'] },
    member: 'alpn',
    expect: 'http/1.1',
  },
  {
    id: 'TLS-NAME.asked-for',
    title: 'serverName is the name that the client asked for',
    terms: { servername: 'www.tsgi.test' },
    member: 'serverName',
    expect: 'www.tsgi.test',
  },
  {
    id: 'TLS-VERIFIED.trusted',
    title: 'clientVerified is true for a certificate of the trusted authority',
    mode: 'clients',
    terms: { client: 'trusted' },
    member: 'clientVerified',
    expect: true,
  },
  {
    id: 'TLS-VERIFIED.unknown',
    title: 'clientVerified is not true for a certificate of nobody known',
    mode: 'clients',
    terms: { client: 'unknown' },
    member: 'clientVerified',
    expect: false,
  },
  {
    id: 'TLS-UNVERIFIED.unknown',
    title: 'clientVerified is false for a certificate that was accepted without verification',
    mode: 'clients',
    terms: { client: 'unknown', version: 'TLSv1.2' },
    member: 'clientVerified',
    expect: false,
  },
];

function memberCheck({ id, title, mode, terms, member, expect }: MemberCase): ServerCheck {
  return {
    id,
    title,
    settings: { tls: mode ?? 'server' },
    app: reporting,
    run: async (driver) => {
      const { facts } = await factsOf(driver, terms);
      driver.assert.equal(member, facts[member], expect);
    },
  };
}

/** `tsgi.tls`. */
export const tlsChecks: readonly ServerCheck[] = [
  {
    id: 'TLS-PRESENT.secure',
    title: 'A request on TLS has tsgi.tls, and its scheme is https',
    settings: { tls: 'server' },
    app: (probe) => (environ, startResponse) => {
      probe.record('entries', [typeof environ['tsgi.tls'], environ['tsgi.url_scheme']]);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const connection = await driver.connectSecure();
      await connection.send(driver.request());
      await connection.response();
      const { data } = await driver.event('entries');
      driver.assert.equal('tsgi.tls, tsgi.url_scheme', data, ['object', 'https']);
    },
  },
  seenCheck({
    id: 'TLS-PRESENT.plain',
    title: 'A request without TLS has no tsgi.tls, whatever a forwarded field says',
    everywhere: true,
    request: { headers: [['X-Forwarded-Proto', 'https']] },
    look: (environ) => 'tsgi.tls' in environ,
    expect: false,
  }),
  {
    id: 'TLS-OMIT.nothing-negotiated',
    title: 'Without a name, a protocol and a certificate, their members are left out',
    settings: { tls: 'clients' },
    app: reporting,
    run: async (driver) => {
      const { own, facts } = await factsOf(driver, {});
      const unknown = new Set(['alpn', 'serverName', 'clientCertificates', 'clientVerified']);
      driver.assert.equal(
        'members that do not apply',
        own.filter((name) => unknown.has(name)),
        [],
      );
      const empty = own.filter((name) => ['', undefined, null].includes(facts[name] as null));
      driver.assert.equal('members without a value', empty, []);
    },
  },
  ...MEMBERS.map(memberCheck),
  {
    id: 'TLS-CERTIFICATES.leaf-first',
    title: 'clientCertificates begins with the certificate of the client, as one PEM text',
    settings: { tls: 'clients' },
    app: reporting,
    run: async (driver) => {
      const { facts } = await factsOf(driver, { client: 'trusted' });
      const texts = (facts['clientCertificates'] ?? []) as readonly string[];
      const whose = texts.map((text) => whoseCertificate(driver, text));
      driver.assert.oneOf('certificates', whose, [['client'], ['client', 'authority']]);
    },
  },
  {
    id: 'TLS-ISOLATE.certificates',
    title: 'Nor is what it changes in the list of certificates',
    settings: { tls: 'clients' },
    app: (probe) => (environ, startResponse) => {
      const list = (environ['tsgi.tls']?.clientCertificates ?? []) as string[];
      probe.record('list', list.includes('changed'));
      try {
        list.push('changed');
      } catch {
        // A frozen list does as well.
      }
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const connection = await driver.connectSecure({ client: 'trusted' });
      for (let request = 0; request < 2; request += 1) {
        await connection.send(driver.request());
        await connection.responseOrEnd();
      }
      await driver.ping();
      const seen = driver.events('list').map(({ data }) => data);
      driver.assert.equal('changed by the request before', seen.includes(true), false);
    },
  },
  {
    id: 'TLS-ISOLATE.second-request',
    title: 'What an application changes in tsgi.tls is not seen by the next request',
    settings: { tls: 'server' },
    app: (probe) => (environ, startResponse) => {
      const tls = environ['tsgi.tls'] as unknown as Record<string, unknown>;
      probe.record('version', tls['version'] as PlainData);
      try {
        tls['version'] = 'changed';
      } catch {
        // A frozen entry does as well.
      }
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const connection = await driver.connectSecure({ version: 'TLSv1.3' });
      await connection.send(driver.request());
      await connection.response();
      await connection.send(driver.request());
      await connection.responseOrEnd();
      await driver.ping();
      const seen = driver.events('version').map(({ data }) => data);
      driver.assert.equal('changed by the request before', seen.includes('changed'), false);
    },
  },
];

/** Whose certificate a PEM text is; the line ends are the server's choice. */
function whoseCertificate(driver: Driver, pem: string): string {
  if (squeeze(pem) === squeeze(driver.certificateOf('trusted'))) return 'client';
  return squeeze(pem) === squeeze(driver.certificateOf('authority')) ? 'authority' : 'nobody';
}

function squeeze(pem: string): string {
  return pem.replaceAll(/\s/g, '');
}
