// @ts-check
// Files and folders of the repository that pages link to, as pages: a link of the site works where the
// repository is out of reach. Every line has an address, `#L12`.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.mjs';
import { escapeHtml, frontMatter } from '../site/html.mjs';
import { isFolder, routeOf, routeOfSource } from '../site/routes.mjs';

/** @typedef {import('../model/model.ts').Page} Page */

/** Languages by the ending of a file; anything else is shown without colours. */
const LANGUAGES = Object.freeze(
  /** @type {Record<string, string>} */ ({
    ts: 'ts',
    mjs: 'js',
    js: 'js',
    json: 'json',
    sh: 'sh',
    yaml: 'yaml',
    yml: 'yaml',
    css: 'css',
  }),
);

/**
 * @param {Iterable<string>} paths from the root
 * @returns {readonly Page[]}
 */
export function sourcePages(paths) {
  return [...new Set(paths)]
    .toSorted()
    .map((path) => (isFolder(path) ? folderPage(path) : filePage(path)));
}

/**
 * @param {string} path
 * @param {string} description
 */
function headOf(path, description) {
  return frontMatter({
    title: path,
    description,
    search: false,
    editLink: false,
    aside: false,
    sidebar: false,
    prev: false,
    next: false,
    pageClass: 'source',
  });
}

/**
 * @param {string} path
 * @returns {Page}
 */
function filePage(path) {
  const code = readFileSync(join(ROOT, path), 'utf8').trimEnd();
  const language = LANGUAGES[path.split('.').at(-1) ?? ''] ?? 'txt';
  const ticks = '`'.repeat(
    Math.max(3, ...[...code.matchAll(/`+/g)].map(([run]) => run.length + 1)),
  );
  return {
    path: `${routeOfSource(path).slice(1)}.md`,
    text: `${headOf(path, `The file ${path} of the repository.`)}
# ${escapeHtml(path)}

${ticks}${language} source
${code}
${ticks}
`,
  };
}

/**
 * @param {string} path
 * @returns {Page}
 */
function folderPage(path) {
  const list = spawnSync('git', ['ls-files', '-z', '--', path], { cwd: ROOT, encoding: 'utf8' });
  const files = list.stdout.split('\0').filter(Boolean);
  const names = [
    ...new Set(files.map((file) => file.slice(path.length + 1).split('/', 1)[0] ?? '')),
  ];
  const items = names.map((name) => {
    const { route, source } = routeOf(`${path}/${name}`);
    return source === undefined ? `- [${name}](${route})` : `- \`${name}\``;
  });
  return {
    path: `${routeOfSource(path).slice(1)}.md`,
    text: `${headOf(path, `The folder ${path} of the repository.`)}
# ${escapeHtml(path)}

${items.join('\n')}
`,
  };
}
