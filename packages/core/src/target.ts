import { TsgiError } from './errors.ts';
import { isHost } from './host.ts';

/** A request-target taken apart; `authority` is set for the absolute-form only. */
export interface Target {
  /** The canonical path, or `*`. */
  readonly path: string;
  /** Raw, without the `?`. */
  readonly query: string;
  /** Host, and port where there is one, as received; it becomes HTTP_HOST (ENV-PATH-ABSOLUTE). */
  readonly authority: string | undefined;
}

const REJECT = 0;
const KEEP = 1;
const ENCODE = 2;
const PERCENT = 3;
const SLASH = 0x2f;
const DOT = 0x2e;

// RFC 3986 section 3.3: pchar = unreserved / pct-encoded / sub-delims / ":" / "@"
const UNRESERVED = /[A-Za-z0-9\-._~]/;
const PCHAR_OR_SLASH = /[A-Za-z0-9\-._~!$&'()*+,;=:@/]/;

const CLASSES: Uint8Array = buildClasses();

function buildClasses(): Uint8Array {
  const classes = new Uint8Array(128);
  for (let code = 0x21; code < 0x7f; code++) {
    classes[code] = PCHAR_OR_SLASH.test(String.fromCharCode(code)) ? KEEP : ENCODE;
  }
  classes[0x25] = PERCENT;
  classes[0x23] = REJECT; // #
  classes[0x5c] = REJECT; // \
  return classes;
}

/**
 * The canonical form of a path: TSGI 1.0, "Canonical path". Idempotent.
 * Throws `ERR_TSGI_TARGET` for an octet or an escape that no path may hold.
 */
export function canonicalPath(path: string): string {
  let plain = true;
  let dots = false;
  for (let index = 0; index < path.length; index++) {
    const code = path.charCodeAt(index);
    const kind = code < 128 ? CLASSES[code] : REJECT;
    if (kind === REJECT) {
      throw new TsgiError('ERR_TSGI_TARGET', path);
    }
    plain &&= kind === KEEP;
    dots ||= code === DOT && path.charCodeAt(index - 1) === SLASH;
  }
  const encoded = plain
    ? path
    : path.replace(/%(.{0,2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/gs, recode);
  return dots || !plain ? removeDotSegments(encoded) : encoded;
}

function recode(match: string, digits: string | undefined, _at: number, path: string): string {
  if (digits === undefined) {
    return `%${match.charCodeAt(0).toString(16).toUpperCase()}`;
  }
  if (!/^[0-9A-Fa-f]{2}$/.test(digits)) {
    throw new TsgiError('ERR_TSGI_TARGET', path);
  }
  const character = String.fromCharCode(Number.parseInt(digits, 16));
  return UNRESERVED.test(character) ? character : match.toUpperCase();
}

/** RFC 3986 section 5.2.4, for a path that begins with `/`; empty segments stay. */
export function removeDotSegments(path: string): string {
  if (!/\/\.\.?(?:\/|$)/.test(path)) {
    return path;
  }
  const output: string[] = [];
  const segments = path.split('/').slice(1);
  const last = segments.length - 1;
  for (const [index, segment] of segments.entries()) {
    if (segment === '..') {
      output.pop();
    } else if (segment !== '.') {
      output.push(segment);
      continue;
    }
    if (index === last) {
      output.push('');
    }
  }
  return `/${output.join('/')}`;
}

// RFC 9112 section 3.2.2: absolute-form = absolute-URI; of the schemes, http and https
const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;

// RFC 9112 section 3.2.3: authority-form = uri-host ":" port
const AUTHORITY = /^[^/?#]+:[0-9]+$/;

/**
 * Takes a request-target apart. Throws `ERR_TSGI_METHOD` for CONNECT and the authority-form, and
 * `ERR_TSGI_TARGET` for a target in no form that RFC 9112 section 3.2 allows for the method.
 */
export function parseTarget(method: string, target: string): Target {
  if (method === 'CONNECT') {
    throw new TsgiError('ERR_TSGI_METHOD', method);
  }
  if (target === '*' && method === 'OPTIONS') {
    return { path: '*', query: '', authority: undefined };
  }
  if (target.charCodeAt(0) === SLASH) {
    return splitQuery(target, undefined);
  }
  if (AUTHORITY.test(target) && isHost(target)) {
    throw new TsgiError('ERR_TSGI_METHOD', `${method} with the target ${target}`);
  }
  const absolute = ABSOLUTE.exec(target);
  const authority = absolute?.[1];
  if (absolute === null || !authority || !isHost(authority) || authority.startsWith(':')) {
    throw new TsgiError('ERR_TSGI_TARGET', target);
  }
  const rest = target.slice(absolute[0].length);
  return splitQuery(rest.charCodeAt(0) === SLASH ? rest : `/${rest}`, authority);
}

function splitQuery(rest: string, authority: string | undefined): Target {
  const mark = rest.indexOf('?');
  if (mark === -1) {
    return { path: canonicalPath(rest), query: '', authority };
  }
  const query = rest.slice(mark + 1);
  if (!/^[\x21\x22\x24-\x7e]*$/.test(query)) {
    throw new TsgiError('ERR_TSGI_TARGET', rest);
  }
  return { path: canonicalPath(rest.slice(0, mark)), query, authority };
}

/**
 * What follows the mount point, or undefined where the path lies outside it.
 * `scriptName` is `""` or a canonical path that does not end in `/`; `*` is under every mount.
 */
export function pathUnder(scriptName: string, path: string): string | undefined {
  if (scriptName === '' || path === '*') {
    return path;
  }
  if (!path.startsWith(scriptName)) {
    return undefined;
  }
  const rest = path.slice(scriptName.length);
  return rest === '' || rest.charCodeAt(0) === SLASH ? rest : undefined;
}

/**
 * The text of a canonical path or of one segment: escapes decoded as UTF-8. Split at `/` first,
 * since `%2F` becomes a slash. Throws `ERR_TSGI_PATH_ENCODING` where the octets are no UTF-8.
 */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    throw new TsgiError('ERR_TSGI_PATH_ENCODING', path, cause);
  }
}
