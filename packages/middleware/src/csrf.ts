import type { Environ } from '@tsgi/types';
import { type EitherMiddleware, either } from './either.ts';
import { optionError } from './option-error.ts';
import { ownAnswer } from './own-answer.ts';

/** How `csrf` works. */
export interface CsrfOptions {
  /** Other origins whose pages may send requests that change something. Default: none. */
  readonly trustedOrigins?: readonly string[];
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]+)?$/;

/**
 * Refuses with 403 what the page of another site makes a browser send: requests with a method that
 * changes something, judged by Sec-Fetch-Site, else by Origin against the host that was asked. One
 * that has neither is refused where it carries what a browser adds by itself: cookies, Basic
 * credentials or a client certificate. No token is needed. Behind a proxy `proxyFix` stands before
 * it. Throws a TypeError for a trusted origin that is none.
 */
export function csrf({ trustedOrigins = [] }: CsrfOptions = {}): EitherMiddleware {
  const wrong = trustedOrigins.find((origin) => !ORIGIN.test(origin));
  if (wrong !== undefined) {
    throw optionError('csrf', 'a trusted origin must be scheme://host; it', wrong);
  }
  const trusted = new Set(trustedOrigins);
  return either(
    (application) => (environ, startResponse) =>
      SAFE.has(environ.REQUEST_METHOD) || isWanted(environ, trusted)
        ? application(environ, startResponse)
        : ownAnswer(startResponse, '403 Forbidden'),
  );
}

function isWanted(environ: Environ, trusted: ReadonlySet<string>): boolean {
  const origin = environ['HTTP_ORIGIN'];
  if (origin !== undefined && trusted.has(origin)) {
    return true;
  }
  const site = environ['HTTP_SEC_FETCH_SITE'];
  if (site !== undefined) {
    return site === 'same-origin' || site === 'none';
  }
  if (origin !== undefined) {
    return origin === ownOrigin(environ);
  }
  return !carriesCredentials(environ);
}

function ownOrigin(environ: Environ): string {
  const scheme = environ['tsgi.url_scheme'];
  const host = (environ['HTTP_HOST'] ?? '').toLowerCase();
  const defaultPort = scheme === 'https' ? ':443' : ':80';
  return `${scheme}://${host.endsWith(defaultPort) ? host.slice(0, -defaultPort.length) : host}`;
}

function carriesCredentials(environ: Environ): boolean {
  return (
    environ['HTTP_COOKIE'] !== undefined ||
    /^(?:basic|digest|negotiate|ntlm)\b/i.test(environ['HTTP_AUTHORIZATION'] ?? '') ||
    (environ['tsgi.tls']?.clientCertificates?.length ?? 0) > 0
  );
}
