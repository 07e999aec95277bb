import type { Application, Middleware } from '@tsgi/types';
import { createRoutes } from './handlers.ts';
import { bodyLimit } from './middleware/body-limit.ts';
import { errorPages } from './middleware/error-pages.ts';
import { requestLog } from './middleware/request-log.ts';
import { sameOrigin } from './middleware/same-origin.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { createRouter } from './router.ts';
import type { GuestbookStore } from './store.ts';

const MAX_FORM_BYTES = 64 * 1024;

// The outermost first: what `errorPages` answers is logged and carries the security headers.
const MIDDLEWARE: readonly Middleware[] = [
  requestLog,
  securityHeaders,
  errorPages,
  sameOrigin,
  bodyLimit(MAX_FORM_BYTES),
];

/** The guestbook on a store that the caller opens and closes. */
export function createGuestbook(store: GuestbookStore): Application {
  return MIDDLEWARE.reduceRight(
    (inner, middleware) => middleware(inner),
    createRouter(createRoutes(store)),
  );
}
