import { bodyLimit } from '@tsgi/middleware/body-limit';
import { compose } from '@tsgi/middleware/compose';
import { compress } from '@tsgi/middleware/compress';
import { conditional } from '@tsgi/middleware/conditional';
import { csrf } from '@tsgi/middleware/csrf';
import { errorDocument } from '@tsgi/middleware/error-document';
import { errors } from '@tsgi/middleware/errors';
import { etag } from '@tsgi/middleware/etag';
import { head } from '@tsgi/middleware/head';
import { HttpError } from '@tsgi/middleware/http-error';
import { securityHeaders } from '@tsgi/middleware/security-headers';
import type { Application, StatusLine } from '@tsgi/types';
import { assets } from './assets.ts';
import { createRoutes } from './handlers.ts';
import { renderProblem } from './problem.ts';
import { createRouter } from './router.ts';
import type { GuestbookStore } from './store.ts';

/** The largest form, in octets. */
const MAX_FORM_SIZE = 64 * 1024;

// The pages need their own style sheet, icon and form, and nothing else.
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

// What a middleware refuses becomes a page like every other problem.
const refuse =
  (status: StatusLine): Application =>
  () => {
    throw new HttpError(status);
  };

/** The guestbook on a store that the caller opens and closes. */
export function createGuestbook(store: GuestbookStore): Application {
  // The outermost first: what stands inside of `errors` may throw, what stands outside sees a page.
  const site = compose(
    // Not `no-referrer`: browsers would then send `Origin: null` with the form.
    securityHeaders({ contentSecurityPolicy: POLICY, referrerPolicy: 'same-origin' }),
    compress(),
    head(),
    conditional(),
    etag(),
    errors({ render: renderProblem }),
    errorDocument({ 403: refuse('403 Forbidden'), 413: refuse('413 Content Too Large') }),
    csrf(),
    bodyLimit(MAX_FORM_SIZE),
    assets,
  );
  return site(createRouter(createRoutes(store)));
}
