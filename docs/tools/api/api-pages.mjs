// @ts-check
// What TypeDoc wrote, as pages of this site: `@tsgi/` is not repeated in addresses, links are absolute,
// and each page says what it holds.

import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { escapeHtml, frontMatter } from '../site/html.mjs';

/** @typedef {import('../model/model.ts').Page} Page */
/** @typedef {import('./write-api.mjs').Entry} Entry */

/**
 * @param {string} folder what TypeDoc wrote
 * @param {readonly Entry[]} entries
 * @returns {readonly Page[]}
 */
export function readPages(folder, entries) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.md') && name !== 'README.md');
  const pages = files.map((file) => toPage(file, readFileSync(join(folder, file), 'utf8')));
  const missing = entries.filter(({ name }) => !files.includes(`${name}.md`));
  if (missing.length > 0) {
    throw new Error(`TypeDoc wrote no page for ${missing.map(({ name }) => name).join(', ')}`);
  }
  return pages;
}

/**
 * @param {string} file below what TypeDoc wrote
 * @param {string} text
 * @returns {Page}
 */
function toPage(file, text) {
  const specifier = file.replace(/\.md$/, '');
  const names = [...text.matchAll(/^### (?:\[?)([\w$]+)/gm)].map(([, name = '']) => name);
  const shown = names.slice(0, 8).join(', ');
  const head = frontMatter({
    title: specifier,
    titleTemplate: ':title · API · TSGI',
    description: `What ${specifier} exports: ${shown}${names.length > 8 ? ` and ${names.length - 8} more` : ''}.`,
    outline: 3,
    pageClass: 'api-page',
    editLink: false,
  });
  const body = text
    .replaceAll(/\]\(([^):\s]+\.md)(#[^)]*)?\)/g, (_link, path, fragment = '') => {
      const target = posix.join(posix.dirname(file), path);
      return `](${routeOf(target)}${fragment})`;
    })
    .replaceAll(/^\*\*\*$/gm, '');
  return {
    path: `${routeOf(file).slice(1)}.md`,
    text: `${head}
# ${escapeHtml(specifier)}

\`\`\`ts nocheck="shows where the names come from"
import { … } from '${specifier}';
\`\`\`

${body}`,
  };
}

/** @param {string} file */
function routeOf(file) {
  return `/api/${file.replace('@tsgi/', '').replace(/\.md$/, '')}`;
}
