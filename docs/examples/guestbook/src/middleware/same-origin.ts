import type { Application, Environ } from '@tsgi/types';
import { HttpProblem } from '../http-problem.ts';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Refuses with 403 what a page of another site makes a browser send (CSRF). */
export function sameOrigin(inner: Application): Application {
  return (environ, startResponse) => {
    if (!SAFE_METHODS.has(environ.REQUEST_METHOD) && isCrossOrigin(environ)) {
      throw new HttpProblem(
        '403 Forbidden',
        'This form was sent from another site. Please sign on the page of the guestbook itself.',
      );
    }
    return inner(environ, startResponse);
  };
}

/** A request with neither header comes from no browser of today, so there is nobody to protect. */
function isCrossOrigin(environ: Environ): boolean {
  const site = environ['HTTP_SEC_FETCH_SITE'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = environ['HTTP_ORIGIN'];
  if (origin === undefined) return false;
  // Hosts only: behind a proxy that ends TLS the scheme of the last hop is not the visitor's.
  return !URL.canParse(origin) || new URL(origin).host !== hostOf(environ);
}

function hostOf(environ: Environ): string | undefined {
  const url = `http://${environ['HTTP_HOST'] ?? ''}`;
  return URL.canParse(url) ? new URL(url).host : undefined;
}
