// Seams of the request: from octets to a head whose framing and target are beyond doubt.

/** The request is refused with this status line; the application is not called. */
export class Refusal extends Error {}

const BAD = '400 Bad Request';
const HOST =
  /^(?:\[(?:[\dA-Fa-f:.]+|v[\dA-Fa-f]+\.[\w\-.~!$&'()*+,;=:]+)\]|(?:[\w\-.~!$&'()*+,;=]|%[\dA-Fa-f]{2})*)(?::\d*)?$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;

// RFC 9112 section 3: method SP request-target SP HTTP-version
export function parseHead(text) {
  const [line, ...rest] = text.split('\r\n');
  const match = /^(\S+) ([^\r\n]+) (HTTP\/\d\.\d)$/.exec(line);
  if (match === null || !TOKEN.test(match[1])) throw new Refusal(BAD);
  const [, method, target, version] = match;
  if (!version.startsWith('HTTP/1.')) throw new Refusal('505 HTTP Version Not Supported');
  const fields = rest.map((field) => {
    const colon = field.indexOf(':');
    const value = field.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, '');
    if (!TOKEN.test(field.slice(0, Math.max(0, colon)))) throw new Refusal(BAD);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) throw new Refusal(BAD);
    return [field.slice(0, colon), value];
  });
  return { method, target, version: version === 'HTTP/1.0' ? version : 'HTTP/1.1', fields };
}

export function valuesOf(fields, name) {
  return fields.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}

export function checkHead({ version, fields }) {
  const hosts = valuesOf(fields, 'host');
  if (hosts.length > 1 || (hosts.length === 0 && version === 'HTTP/1.1')) throw new Refusal(BAD);
  if (hosts.some((host) => !HOST.test(host))) throw new Refusal(BAD);
  const lengths = valuesOf(fields, 'content-length');
  const codings = valuesOf(fields, 'transfer-encoding');
  if (lengths.length > 1 || (lengths.length > 0 && codings.length > 0)) throw new Refusal(BAD);
  if (lengths.some((length) => !/^\d+$/.test(length) || !Number.isSafeInteger(Number(length)))) {
    throw new Refusal(BAD);
  }
  if (codings.length === 0) return;
  if (version === 'HTTP/1.0' || codings.length > 1) throw new Refusal(BAD);
  if (codings[0].toLowerCase() !== 'chunked') throw new Refusal('501 Not Implemented');
}

export function resolveTarget(method, target) {
  if (method === 'CONNECT' || /^(?:\[[^\]]+\]|[^/?:@]+):\d+$/.test(target)) {
    throw new Refusal('501 Not Implemented');
  }
  if (target === '*') {
    if (method !== 'OPTIONS') throw new Refusal(BAD);
    return { path: '*', query: '' };
  }
  const absolute = /^https?:\/\/([^/?]*)(.*)$/is.exec(target);
  const authority = absolute?.[1];
  if (absolute && (/^(?::|$)/.test(authority) || !HOST.test(authority))) throw new Refusal(BAD);
  const rest = absolute ? absolute[2].replace(/^(?!\/)/, '/') : target;
  if (!rest.startsWith('/') || /[^\x21-\x7e]|#/.test(rest)) throw new Refusal(BAD);
  const [, raw, query = ''] = /^([^?]*)(?:\?(.*))?$/.exec(rest);
  return { path: canonicalPath(raw), query, authority };
}

// RFC 3986 sections 2.3, 3.3 and 6.2.2
export function canonicalPath(raw) {
  if (/\\|%(?![\dA-Fa-f]{2})/.test(raw)) throw new Refusal(BAD);
  const spelled = raw.replace(/%[\dA-Fa-f]{2}|[^\w\-.~!$&'()*+,;=:@/%]/g, (unit) => {
    const code = unit.length === 3 ? Number.parseInt(unit.slice(1), 16) : unit.charCodeAt(0);
    const plain = String.fromCharCode(code);
    return unit.length === 3 && /[\w\-.~]/.test(plain)
      ? plain
      : `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return removeDots(spelled);
}

// RFC 3986 section 5.2.4
function removeDots(path) {
  const segments = path.split('/').slice(1);
  const kept = [];
  for (const [index, segment] of segments.entries()) {
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (index === segments.length - 1) kept.push('');
  }
  return `/${kept.join('/')}`;
}

export function checkMount({ path }, mount) {
  if (path === '*' || mount === '' || path === mount || path.startsWith(`${mount}/`)) return;
  throw new Refusal('404 Not Found');
}

export function wantsClose({ version, fields }) {
  const options = valuesOf(fields, 'connection')
    .join(',')
    .toLowerCase()
    .split(/[\t ]*,[\t ]*/);
  return version === 'HTTP/1.0' || options.includes('close');
}
