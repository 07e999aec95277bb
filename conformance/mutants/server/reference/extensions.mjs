// Seams of the optional entries of the environ, files and state aside.
import { fault } from './environ.mjs';
import { valuesOf } from './request.mjs';

// The section "Fields that are no trailers" of tsgi.trailers
const NO_TRAILERS = new Set(
  `content-length host cache-control expect max-forwards pragma range authorization
  proxy-authenticate proxy-authorization set-cookie www-authenticate age date expires location
  retry-after vary warning content-encoding content-range content-type`.split(/\s+/),
);

/** The optional entries that this request has. */
export function offerExtensions(x, { head, socket, server, signal }) {
  const { seams } = x;
  const isNew = head.version === 'HTTP/1.1';
  return {
    'tsgi.signal': signal,
    'tsgi.state': server.state,
    'tsgi.raw_headers': seams.rawFields(head),
    'tsgi.file_wrapper': (file, range) => seams.wrapFile(file, range, x),
    'tsgi.flush_headers': () => seams.flushHeaders(x),
    ...(isNew ? { 'tsgi.early_hints': (list) => seams.hint(x, list) } : {}),
    ...(isNew && seams.wantsTrailers(head)
      ? { 'tsgi.trailers': (list) => seams.setTrailers(x, list) }
      : {}),
    ...(server.options.tls === undefined ? {} : { 'tsgi.tls': seams.describeTls(socket) }),
  };
}

/** Whether the members of TE hold `trailers`. */
export function wantsTrailers({ fields }) {
  const members = valuesOf(fields, 'te').join(',').toLowerCase();
  return members.split(/[\t ]*,[\t ]*/).includes('trailers');
}

/** What holds the signal of one request. */
export function makeSignal() {
  return new AbortController();
}

/** The transport is closed; a response that was handed over before is none of its business. */
export function abortSignal(controller, { handedOver }) {
  if (!handedOver) controller.abort(fault('ERR_TSGI_ABORTED'));
}

export function hint(x, list) {
  x.seams.checkFields(list);
  if (list.some(([name]) => name.toLowerCase() === 'content-length')) {
    throw fault('ERR_TSGI_HEADER_NAME');
  }
  const { state } = x.response;
  if (list.length === 0 || state === 'committed' || state === 'ended') return;
  const lines = list.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  x.write(Buffer.from(`HTTP/1.1 103 Early Hints\r\n${lines}\r\n`, 'latin1'));
}

export function flushHeaders(x) {
  const { state, framing } = x.response;
  if (state === 'committed' || state === 'ended') return framing;
  return x.seams.commit(x, { isFlushed: true });
}

export function setTrailers(x, list) {
  if (x.response.state === 'ended') throw fault('ERR_TSGI_ENDED');
  x.seams.checkFields(list);
  x.seams.checkTrailers(list);
  x.trailers = list.map(([name, value]) => [name, value]);
}

/** Throws for a field that recipients act on before the trailers come, or not at all. */
export function checkTrailers(list) {
  for (const [name] of list) {
    const lower = name.toLowerCase();
    if (NO_TRAILERS.has(lower) || lower.startsWith('if-')) throw fault('ERR_TSGI_HEADER_NAME');
  }
}

/** The field lines as received. */
export function rawFields({ fields }) {
  return fields.map(([name, value]) => [name, value]);
}

/** What is known of the TLS connection, without what is not known. */
export function describeTls(socket) {
  const { standardName } = socket.getCipher();
  const { alpnProtocol, servername, authorized } = socket;
  const chain = certificatesOf(socket.getPeerCertificate(true));
  const known = {
    version: socket.getProtocol(),
    cipher: standardName,
    alpn: alpnProtocol,
    serverName: servername,
    clientCertificates: chain.length > 0 && chain,
    clientVerified: chain.length > 0 ? authorized : undefined,
  };
  return Object.fromEntries(Object.entries(known).filter(isKnown));
}

function isKnown([name, value]) {
  return name === 'clientVerified' ? value !== undefined : Boolean(value);
}

function certificatesOf(leaf) {
  const chain = [];
  for (let next = leaf; next?.raw && !chain.includes(next); next = next.issuerCertificate) {
    chain.push(next);
  }
  return chain.map(({ raw }) => {
    const lines = raw.toString('base64').replace(/.{64}(?!$)/g, '$&\n');
    return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
  });
}
