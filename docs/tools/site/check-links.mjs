// @ts-check
// Follows every link of the built site: to a page, to a place on a page, to a file. Nothing on a page
// may be fetched from another host.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ ids: ReadonlySet<string>, links: ReadonlySet<string>, fetched: readonly string[] }} PageLinks */

const ORIGIN = 'http://site.invalid';

/**
 * What is wrong with the links of a site.
 * @param {string} folder
 * @param {string} base the path under which it is served, with a slash at both ends
 * @returns {readonly string[]}
 */
export function checkLinks(folder, base) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.html'));
  const pages = new Map(
    files.map((file) => [file, readLinks(readFileSync(join(folder, file), 'utf8'))]),
  );
  /** @type {(pathname: string) => string | undefined} the file that is served for a path */
  const find = (pathname) => {
    const path = decodeURI(pathname).slice(base.length);
    const names =
      path === '' || path.endsWith('/') ? [`${path}index.html`] : [path, `${path}.html`];
    return names.find((name) => pages.has(name) || existsSync(join(folder, name)));
  };
  return [...pages].flatMap(([file, { links, fetched }]) => {
    const address = new URL(`${base}${file.replace(/(?:index)?\.html$/, '')}`, ORIGIN);
    const dead = [...links].flatMap((link) => {
      const url = new URL(link, address);
      if (url.origin !== ORIGIN) return [];
      const target = url.pathname.startsWith(base) ? find(url.pathname) : undefined;
      if (target === undefined) return [`${file}: no page at ${link}`];
      const id = decodeURIComponent(url.hash.slice(1));
      if (id === '' || pages.get(target)?.ids.has(id) !== false) return [];
      return [`${file}: nothing has the id of ${link}`];
    });
    const foreign = fetched.filter((source) => /^(?:https?:)?\/\//.test(source));
    return dead.concat(foreign.map((source) => `${file}: fetches ${source}`));
  });
}

/**
 * @param {string} html
 * @returns {PageLinks}
 */
function readLinks(html) {
  const all = (/** @type {RegExp} */ pattern) =>
    [...html.matchAll(pattern)].map(([, value = '']) => value.replaceAll('&amp;', '&'));
  return {
    ids: new Set(all(/ id="([^"]+)"/g)),
    links: new Set(
      all(/<a [^>]*?href="([^"]+)"/g).filter((link) => !/^(?:mailto|tel):/.test(link)),
    ),
    fetched: [
      ...all(/<(?:script|img|iframe|source|video|audio)[^>]*? src="([^"]+)"/g),
      ...all(
        /<link (?=[^>]*rel="(?:stylesheet|preload|modulepreload|icon|preconnect)")[^>]*?href="([^"]+)"/g,
      ),
    ],
  };
}
