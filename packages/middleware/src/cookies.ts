import type { Environ, Header } from '@tsgi/types';
import { optionError } from './option-error.ts';
import { TOKEN } from './token.ts';

/** Attributes of a cookie; the defaults are the strict ones. */
export interface CookieOptions {
  /** Seconds; without it the cookie ends with the browser session. 0 deletes it. */
  readonly maxAge?: number;
  /** Default: the host that set it alone. */
  readonly domain?: string;
  /** Default `/`. */
  readonly path?: string;
  /** Whether it is only sent over https. Default true. */
  readonly secure?: boolean;
  /** Whether scripts cannot read it. Default true. */
  readonly httpOnly?: boolean;
  /** Default `Lax`. */
  readonly sameSite?: 'Strict' | 'Lax' | 'None';
  /** Whether it is kept apart for each top-level site. Default false. */
  readonly partitioned?: boolean;
}

// RFC 6265, 4.1.1
const VALUE = /^[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]*$/;
const DOMAIN =
  /^\.?[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;
const PATH = /^\/[\x20-\x3A\x3C-\x7E]*$/;

/**
 * The cookies of a request, of a repeated name the first one, for that is the most specific
 * (RFC 6265, 5.4). Values are percent-decoded where that gives UTF-8, and stay as they are where it
 * does not; quotes around a value are dropped.
 */
export function cookies(environ: Environ): ReadonlyMap<string, string> {
  return parseCookies(environ['HTTP_COOKIE'] ?? '');
}

/** The same of the value of a Cookie field. */
export function parseCookies(field: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const pair of field.split(';')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(equals, 0)).trim();
    if (equals !== -1 && name !== '' && !found.has(name)) {
      found.set(name, decode(pair.slice(equals + 1).trim()));
    }
  }
  return found;
}

function decode(value: string): string {
  const bare = /^"(.*)"$/.exec(value)?.[1] ?? value;
  try {
    return bare.includes('%') ? decodeURIComponent(bare) : bare;
  } catch {
    return bare;
  }
}

/**
 * The Set-Cookie field of a cookie; the value is percent-encoded. Throws a TypeError for a name or
 * an attribute that browsers would refuse or misread: the rules of the prefixes `__Host-` and
 * `__Secure-` among them, and SameSite=None without Secure.
 */
export function setCookie(name: string, value: string, options: CookieOptions = {}): Header {
  const { path = '/', secure = true, httpOnly = true, sameSite = 'Lax', domain, maxAge } = options;
  const { partitioned = false } = options;
  checkCookie(name, { ...options, path, secure, sameSite, partitioned });
  const encoded = VALUE.test(value) && !value.includes('%') ? value : encodeURIComponent(value);
  const parts = [
    `${name}=${encoded}`,
    ...(maxAge === undefined ? [] : [`Max-Age=${maxAge}`]),
    ...(domain === undefined ? [] : [`Domain=${domain}`]),
    `Path=${path}`,
    ...(secure ? ['Secure'] : []),
    ...(httpOnly ? ['HttpOnly'] : []),
    `SameSite=${sameSite}`,
    ...(partitioned ? ['Partitioned'] : []),
  ];
  return ['Set-Cookie', parts.join('; ')];
}

/** The Set-Cookie field that deletes a cookie; path and domain must be those it was set with. */
export function deleteCookie(name: string, options: Omit<CookieOptions, 'maxAge'> = {}): Header {
  return setCookie(name, '', { ...options, maxAge: 0 });
}

type Checked = CookieOptions &
  Required<Pick<CookieOptions, 'path' | 'secure' | 'sameSite' | 'partitioned'>>;

function checkCookie(name: string, options: Checked): void {
  const { path, secure, sameSite, domain, maxAge, partitioned } = options;
  const faults: ReadonlyArray<readonly [isWrong: boolean, option: string, value: unknown]> = [
    [!TOKEN.test(name), 'a name must be a token; it', name],
    [
      maxAge !== undefined && !Number.isSafeInteger(maxAge),
      'maxAge must be whole seconds; it',
      maxAge,
    ],
    [domain !== undefined && !DOMAIN.test(domain), 'domain must be a host name; it', domain],
    [!PATH.test(path), 'path must begin with / and hold no semicolon; it', path],
    [
      !['Strict', 'Lax', 'None'].includes(sameSite),
      'sameSite must be Strict, Lax or None; it',
      sameSite,
    ],
    [sameSite === 'None' && !secure, 'sameSite None needs secure; it', secure],
    [partitioned && !secure, 'partitioned needs secure; it', secure],
    [/^__(?:secure|host)-/i.test(name) && !secure, `${name} needs secure; it`, secure],
    [/^__host-/i.test(name) && path !== '/', `${name} needs the path /; it`, path],
    [/^__host-/i.test(name) && domain !== undefined, `${name} cannot have a domain; it`, domain],
  ];
  const fault = faults.find(([isWrong]) => isWrong);
  if (fault !== undefined) {
    throw optionError('setCookie', fault[1], fault[2]);
  }
}
