// @ts-check
// The pages of a folder with their front matter, written ones and made ones alike.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCS, GENERATED } from '../paths.mjs';
import { splitFrontMatter } from './front-matter.mjs';
import { routeOfPage } from './routes.mjs';

/** @typedef {import('../model/model.ts').PageInfo} PageInfo */

/** Folders of docs/ that hold pages written by hand. */
export const WRITTEN = Object.freeze([
  'start',
  'guide',
  'explanation',
  'reference',
  'conformance',
  'adr',
]);

/**
 * Every page written by hand, as a path below docs/.
 * @returns {readonly string[]}
 */
export function writtenPages() {
  const pages = WRITTEN.filter((folder) => existsSync(join(DOCS, folder))).flatMap((folder) =>
    readdirSync(join(DOCS, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((name) => name.endsWith('.md')),
  );
  return ['index.md', ...pages.toSorted()];
}

/**
 * The pages below one address, in their order.
 * @param {string} folder
 * @param {{ deep?: boolean }} [options] deep: with those of folders within
 * @returns {readonly PageInfo[]}
 */
export function pagesIn(folder, { deep = false } = {}) {
  const isWritten = WRITTEN.includes(folder.split('/', 1)[0] ?? '');
  return (isWritten ? [DOCS, GENERATED] : [GENERATED])
    .flatMap((root) => {
      const place = join(root, folder);
      if (!existsSync(place)) return [];
      return readdirSync(place, { recursive: deep, encoding: 'utf8' })
        .filter((name) => name.endsWith('.md'))
        .map((name) => readPage(root, `${folder}/${name.replaceAll('\\', '/')}`));
    })
    .toSorted((a, b) => a.order - b.order || (a.title < b.title ? -1 : 1));
}

/**
 * @param {string} root
 * @param {string} path below it
 * @returns {PageInfo}
 */
export function readPage(root, path) {
  const file = join(root, path);
  const { data, body } = splitFrontMatter(readFileSync(file, 'utf8'));
  return {
    route: routeOfPage(path),
    file,
    title: data['title'] ?? /^# (.+)$/m.exec(body)?.[1]?.replaceAll('`', '') ?? path,
    description: data['description'] ?? '',
    order: Number(data['order'] ?? 100),
    body,
  };
}
