// @ts-check
// Rule 1: nothing is imported here, since the documentation uses it in browsers.

/** How much a rule binds. */
export const LEVELS = Object.freeze(['MUST', 'SHOULD', 'MAY']);

/** Whom a rule binds. */
export const ROLES = Object.freeze(['server', 'application', 'middleware']);

/** The profiles of the core, then one for each extension document. */
export const PROFILES = Object.freeze([
  'core',
  'http1',
  'http2',
  'hardening',
  'modules',
  'async',
  'files',
  'signal',
  'early-hints',
  'trailers',
  'flush-headers',
  'raw-headers',
  'tls',
  'state',
]);
