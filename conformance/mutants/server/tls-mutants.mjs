import { alterEnviron, alterInput } from './alter.mjs';

/** Changes what is said of a TLS connection. */
function alterTls(change) {
  return {
    seam: 'describeTls',
    make: (original) => (socket) => {
      const known = original(socket);
      return change(known, socket) ?? known;
    },
  };
}

const OPENSSL = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
};

const facts = new WeakMap();
const lists = new WeakMap();

export const tlsMutants = [
  {
    id: 'S420',
    defect: 'has no tsgi.tls on TLS',
    ...alterEnviron((environ) => {
      delete environ['tsgi.tls'];
    }),
  },
  {
    id: 'S421',
    defect: 'makes tsgi.tls up where a forwarded field says https',
    ...alterEnviron((environ) => {
      if (environ.HTTP_X_FORWARDED_PROTO === 'https') environ['tsgi.tls'] ??= {};
    }),
  },
  {
    id: 'S422',
    defect: 'members that do not apply are undefined',
    ...alterTls((known) => ({ alpn: undefined, serverName: undefined, ...known })),
  },
  {
    id: 'S423',
    defect: 'says false of a certificate that is not there',
    ...alterTls((known) => ({ clientVerified: false, ...known })),
  },
  {
    id: 'S424',
    defect: 'gives the version as a number',
    ...alterTls((known) => ({ ...known, version: known.version.replace('TLSv', 'TLS') })),
  },
  {
    id: 'S425',
    defect: 'says TLSv1.3 of every connection',
    ...alterTls((known) => ({ ...known, version: 'TLSv1.3' })),
  },
  {
    id: 'S426',
    defect: 'names suites as OpenSSL does',
    ...alterTls((known) => ({ ...known, cipher: OPENSSL[known.cipher] ?? known.cipher })),
  },
  {
    id: 'S427',
    defect: 'says nothing of the protocol that was agreed on',
    ...alterTls((known) => {
      delete known.alpn;
    }),
  },
  {
    id: 'S428',
    defect: 'adds a dot to the name of the server',
    ...alterTls((known) => {
      if (known.serverName) known.serverName += '.';
    }),
  },
  {
    id: 'S429',
    defect: 'gives the certificate of the authority first',
    ...alterTls((known) => {
      known.clientCertificates?.reverse();
    }),
  },
  {
    id: 'S430',
    defect: 'gives certificates in base64 without a frame',
    ...alterTls((known) => {
      if (!known.clientCertificates) return;
      known.clientCertificates = known.clientCertificates.map((text) =>
        text.replace(/-----[^-]+-----/g, ''),
      );
    }),
  },
  {
    id: 'S431',
    defect: 'takes every certificate for verified',
    ...alterTls((known) => {
      if (known.clientCertificates) known.clientVerified = true;
    }),
  },
  {
    id: 'S432',
    defect: 'says nothing of certificates that it did not verify',
    ...alterTls((known) => {
      if (known.clientVerified === false) delete known.clientVerified;
    }),
  },
  {
    id: 'S433',
    defect: 'the requests of a connection share one object',
    seam: 'describeTls',
    stateful: true,
    make: (original) => (socket) => {
      if (!facts.has(socket)) facts.set(socket, original(socket));
      return facts.get(socket);
    },
  },
  {
    id: 'S434',
    defect: 'repeats the certificate of the client as its chain',
    ...alterTls((known) => {
      const [leaf] = known.clientCertificates ?? [];
      if (leaf) known.clientCertificates = [leaf, leaf];
    }),
  },
  {
    id: 'S435',
    defect: 'says http on TLS',
    ...alterInput('buildEnviron', (source) => [{ ...source, scheme: 'http' }]),
  },
  {
    id: 'S436',
    defect: 'a member that is not known is empty',
    ...alterTls((known) => ({ ...known, session: '' })),
  },
  {
    id: 'S437',
    defect: 'takes no certificate for verified',
    ...alterTls((known) => {
      if (known.clientCertificates) known.clientVerified = false;
    }),
  },
  {
    id: 'S966',
    defect: 'the requests of a connection share one list of certificates',
    seam: 'describeTls',
    stateful: true,
    make: (original) => (socket) => {
      const known = original(socket);
      const { clientCertificates } = known;
      if (clientCertificates === undefined) return known;
      if (!lists.has(socket)) lists.set(socket, clientCertificates);
      return { ...known, clientCertificates: lists.get(socket) };
    },
  },
];
