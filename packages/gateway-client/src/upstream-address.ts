import { canonicalPath, TsgiError } from '@tsgi/core';

/** What is spoken with an upstream. */
export type UpstreamProtocol = 'http' | 'fastcgi' | 'scgi' | 'uwsgi';

/** Where an upstream listens, and what it speaks. */
export interface UpstreamAddress {
  /** By the scheme of the URL; `http` where a `unix:` has none before it. */
  readonly protocol: UpstreamProtocol;
  /** What node:net connects to. */
  readonly target:
    | {
        /** A name or an address; one of IPv6 without its brackets. */
        readonly host: string;
        /** 80 where an http URL has none; the other protocols have no default. */
        readonly port: number;
      }
    | {
        /** The Unix socket: at most 107 octets, as on Linux. */
        readonly path: string;
      };
  /** Its Host field, where the client's is not passed on. */
  readonly authority: string;
  /** The path that goes before that of each request: `""`, or canonical without a `/` at its end. */
  readonly base: string;
}

const TCP =
  /^(http|fastcgi|scgi|uwsgi):\/\/(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([A-Za-z0-9._-]+))(?::([0-9]{1,5}))?(\/[^?#]*)?$/;
const UNIX = /^(?:(http|fastcgi|scgi|uwsgi)\+)?unix:([^?\0]+)(?:\?base=(\/[^?#]*))?$/;
/** The longest path of a Unix socket in octets on Linux; macOS has 103. */
const LONGEST_PATH = 107;

/**
 * Parses `SCHEME://HOST[:PORT][/BASE]`, `SCHEME+unix:/PATH[?base=/BASE]` or `unix:/PATH`, which is
 * HTTP. SCHEME is http, fastcgi, scgi or uwsgi; a port may be missing, and a base be there, only
 * with http. Throws `ERR_TSGI_OPTION`.
 */
export function parseUpstream(text: string): UpstreamAddress {
  const address = parseTcp(text) ?? parseUnix(text);
  if (address === undefined) {
    throw new TsgiError('ERR_TSGI_OPTION', `upstream: ${text}`);
  }
  return address;
}

function parseTcp(text: string): UpstreamAddress | undefined {
  const match = TCP.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, scheme, ipv6, name = '', digits, path] = match;
  const protocol = scheme as UpstreamProtocol;
  const port = digits === undefined && protocol === 'http' ? 80 : Number(digits);
  const base = parseBase(path, protocol);
  if (!(port >= 1 && port <= 65_535) || base === undefined) {
    return undefined;
  }
  const host = ipv6 ?? name;
  const literal = ipv6 === undefined ? host : `[${ipv6.replace(/%.*$/, '')}]`;
  const authority = port === 80 ? literal : `${literal}:${port}`;
  return { protocol, target: { host, port }, authority, base };
}

function parseUnix(text: string): UpstreamAddress | undefined {
  const [, scheme = 'http', path = '', basePath] = UNIX.exec(text) ?? [];
  const protocol = scheme as UpstreamProtocol;
  const base = parseBase(basePath, protocol);
  if (path === '' || Buffer.byteLength(path) > LONGEST_PATH || base === undefined) {
    return undefined;
  }
  return { protocol, target: { path }, authority: 'localhost', base };
}

// Undefined where it is none
function parseBase(path: string | undefined, protocol: UpstreamProtocol): string | undefined {
  const base = (path ?? '').replace(/\/$/, '');
  if (base === '') {
    return path === undefined || protocol === 'http' ? '' : undefined;
  }
  try {
    return protocol === 'http' && canonicalPath(base) === base ? base : undefined;
  } catch {
    return undefined;
  }
}
