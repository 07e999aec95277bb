// @ts-check
// Which file of the repository is which page of the site. Links in Markdown are relative paths, as a
// reader of the repository follows them; this module says where they lead on the site.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import process from 'node:process';
import { ROOT } from '../paths.mjs';
import { IS_DRAFT } from './settings.mjs';

/** Files outside of docs/ that are pages of their own. */
export const PROJECT_PAGES = Object.freeze({
  'README.md': '/project/readme',
  'CONTRIBUTING.md': '/project/contributing',
  'CHANGELOG.md': '/project/changelog',
  'SECURITY.md': '/project/security',
  'conformance/README.md': '/packages/conformance',
  'conformance/results/README.md': '/conformance/results',
});

/** Files that the site hands out as they are: path in the repository, address on the site. */
export const ASSETS = Object.freeze(
  /** @type {Record<string, string>} */ ({
    'conformance/results/kill-matrix.html': '/conformance/kill-matrix.html',
    'conformance/results/selftest.json': '/conformance/selftest.json',
    'packages/tsgi/schema.json': '/reference/tsgi.config.schema.json',
    'spec/rules.json': '/spec/rules.json',
    'spec/rules.schema.json': '/spec/rules.schema.json',
    ...Object.fromEntries(
      readdirSync(join(ROOT, 'spec/vectors'))
        .filter((name) => name.endsWith('.json'))
        .map((name) => [`spec/vectors/${name}`, `/spec/vectors/${name}`]),
    ),
  }),
);

/**
 * The address of a page of docs/.
 * @param {string} path below docs/, ending in .md
 */
export function routeOfPage(path) {
  return `/${path.replace(/\.md$/, '').replace(/(^|\/)(?:README|index)$/, '$1')}`;
}

/**
 * The address of what a path in the repository leads to; the second member names the source that has
 * to be made a page for it.
 * @param {string} path from the root, without a fragment
 * @returns {{ route: string, source?: string }}
 */
export function routeOf(path) {
  const clean = path.replace(/\/$/, '');
  const project = /** @type {Record<string, string>} */ (PROJECT_PAGES)[clean];
  if (project !== undefined) return { route: project };
  const asset = ASSETS[clean];
  if (asset !== undefined) return { route: asset };
  const [, example] = /^docs\/examples\/([\w-]+)(?:\/README\.md)?$/.exec(clean) ?? [];
  if (example !== undefined && hasReadme(`docs/examples/${example}`)) {
    return { route: `/examples/${example}` };
  }
  if (isPageOfDocs(clean)) return { route: routeOfPage(clean.slice('docs/'.length)) };
  if (/^spec(?:\/|$)/.test(clean)) {
    const document = clean.replace(/^spec\/?/, '');
    if (document === '' || document === 'README.md') return { route: '/spec/' };
    if (document === 'vectors') return { route: '/spec/vectors' };
    if (document === 'vectors/README.md') return { route: '/spec/vectors' };
    if (document.endsWith('.md')) return { route: routeOfSpec(document) };
  }
  const [, name] = /^packages\/([\w-]+)(?:\/README\.md)?$/.exec(clean) ?? [];
  if (name !== undefined && hasReadme(`packages/${name}`)) return { route: `/packages/${name}` };
  if (clean === 'conformance') return { route: '/packages/conformance' };
  return { route: routeOfSource(clean), source: clean };
}

/** @param {string} folder from the root */
function hasReadme(folder) {
  return existsSync(join(ROOT, folder, 'README.md'));
}

/** @param {string} path */
function isPageOfDocs(path) {
  return path.startsWith('docs/') && path.endsWith('.md') && !path.startsWith('docs/examples/');
}

/**
 * The address of a document of the specification.
 * @param {string} document path below spec/
 */
export function routeOfSpec(document) {
  if (document === 'README.md') return '/spec/';
  if (document === 'CHANGELOG.md') return '/spec/changelog';
  return `/spec/${document.replace(/\.md$/, '')}`;
}

/**
 * The address of a source file or a folder: dots would make a server take it for something else.
 * @param {string} path from the root
 */
export function routeOfSource(path) {
  return `/source/${path.replaceAll('.', '-')}`;
}

/**
 * Where a link of a page leads on the site.
 * @param {string} href as written
 * @param {string} from the file it stands in, from the root
 * @returns {{ href: string, source?: string }}
 */
export function resolveLink(href, from) {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/|#)/i.test(href)) return { href };
  const [path = '', ...rest] = href.split(/(?=[#?])/);
  const target = posix.normalize(posix.join(posix.dirname(from), decodeURI(path)));
  if (target.startsWith('..') || !existsSync(join(ROOT, target))) {
    const message = `${from}: the link ${href} leads to ${target}, which does not exist`;
    if (!IS_DRAFT) throw new Error(message);
    process.stderr.write(`${message}\n`);
    return { href: '#' };
  }
  const { route, source } = routeOf(target);
  const resolved = { href: route + rest.join('') };
  return source === undefined ? resolved : { ...resolved, source };
}

/**
 * Whether a path in the repository is a folder.
 * @param {string} path from the root
 */
export function isFolder(path) {
  return statSync(join(ROOT, path)).isDirectory();
}
