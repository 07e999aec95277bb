// @ts-check
// What a deployment of the site may set.

import process from 'node:process';

/** Where the site is served; the default is where `docs:preview` serves it. */
export const SITE = process.env['TSGI_SITE_URL'] ?? 'http://127.0.0.1:4173';

/** The path under which it is served, with a slash at both ends. */
export const BASE = process.env['TSGI_SITE_BASE'] ?? '/';

/** Where files of the repository can be read, as in `https://git.example/tsgi/blob/main`, if anywhere. */
export const REPOSITORY = process.env['TSGI_REPOSITORY_URL'];

/** While pages are being written, a link to one that is not there yet is no reason to show none. */
export const IS_DRAFT = process.env['TSGI_DOCS_DRAFT'] === 'yes';

if (!/^\/(?:.*\/)?$/.test(BASE)) {
  throw new Error(`TSGI_SITE_BASE begins and ends with a slash; got ${JSON.stringify(BASE)}`);
}
