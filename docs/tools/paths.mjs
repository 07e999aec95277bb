// @ts-check
// Where things are: everything the build reads and writes is named here.

import { join, relative, resolve, sep } from 'node:path';

/** The root of the repository. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** The folder of the site's own pages. */
export const DOCS = join(ROOT, 'docs');

/** Pages that the build writes; emptied each time, in no commit. */
export const GENERATED = join(DOCS, 'generated');

/** Pieces of pages that the build writes, to be included by written pages. */
export const PARTS = join(DOCS, 'parts');

/** The site as files. */
export const DIST = join(DOCS, '.vitepress/dist');

/**
 * A path in the repository, from the root and with slashes.
 * @param {string} file
 */
export function fromRoot(file) {
  return relative(ROOT, file).split(sep).join('/');
}
