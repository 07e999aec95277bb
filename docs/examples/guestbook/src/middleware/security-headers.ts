import type { Application, HeaderList } from '@tsgi/types';

// The pages need their own style sheet, icon and form, and nothing else.
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: HeaderList = [
  ['content-security-policy', POLICY],
  ['x-content-type-options', 'nosniff'],
  // Not `no-referrer`: browsers would then send `Origin: null` with the form.
  ['referrer-policy', 'same-origin'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
];

/** Adds the header fields that keep foreign scripts, frames and guesses of the type out. */
export function securityHeaders(inner: Application): Application {
  return (environ, startResponse) =>
    inner(environ, (status, headers, error) => {
      startResponse(status, [...headers, ...HEADERS], error);
    });
}
