import { createHmac } from 'node:crypto';
import type { Environ, Header } from '@tsgi/types';
import { type CookieOptions, cookies, setCookie } from './cookies.ts';
import { equalSecrets } from './equal-secrets.ts';
import { optionError } from './option-error.ts';

/** Cookies whose values cannot be changed unseen. They can be read by whoever has them. */
export interface SignedCookies {
  /** The value of a cookie; `undefined` where there is none or its signature is not good. */
  read(environ: Environ, name: string): string | undefined;
  /** The Set-Cookie field of a signed cookie. Throws a TypeError as `setCookie` does. */
  write(name: string, value: string, options?: CookieOptions): Header;
}

const SHORTEST_KEY = 16;

/**
 * Signs cookies with HMAC-SHA256 over name and value. The first key signs, all of them verify: a
 * new key is put first, and the old one dropped when its cookies have expired. Throws a TypeError
 * without a key, or for one of less than 16 characters.
 */
export function signedCookies(keys: readonly string[]): SignedCookies {
  const [current] = keys;
  if (current === undefined) {
    throw optionError('signedCookies', 'keys must not be empty; it', '[]');
  }
  if (keys.some((key) => key.length < SHORTEST_KEY)) {
    throw new TypeError(`signedCookies: a key must have ${SHORTEST_KEY} characters or more`);
  }
  return {
    read(environ, name) {
      const signed = cookies(environ).get(name) ?? '';
      const dot = signed.lastIndexOf('.');
      const value = signed.slice(0, Math.max(dot, 0));
      const signature = signed.slice(dot + 1);
      const isGood = keys.some((key) => equalSecrets(sign({ key, name, value }), signature));
      return dot !== -1 && isGood ? value : undefined;
    },
    write: (name, value, options) =>
      setCookie(name, `${value}.${sign({ key: current, name, value })}`, options),
  };
}

// A name cannot hold "=", so that no other name and value make the same text.
function sign({ key, name, value }: { key: string; name: string; value: string }): string {
  return createHmac('sha256', key).update(`${name}=${value}`, 'utf8').digest('base64url');
}
