// @ts-check
// Texts that stand outside of docs/ because readers of the repository look for them there: the READMEs
// of the packages and the papers of the project, as pages of the site.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.mjs';
import { frontMatter } from '../site/html.mjs';
import { routeOf } from '../site/routes.mjs';

/** @typedef {import('../model/model.ts').Page} Page */

const PAPERS = Object.freeze([
  {
    file: 'README.md',
    title: 'The repository',
    description: 'What the repository of TSGI holds, and how to run it from a clone.',
    order: 1,
  },
  {
    file: 'CONTRIBUTING.md',
    title: 'Contributing',
    description:
      'How to set up, build and test the project, how the code is laid out, and what a change needs.',
    order: 2,
  },
  {
    file: 'CHANGELOG.md',
    title: 'Changes of the packages',
    description: 'What changed in the packages, version by version.',
    order: 3,
  },
  {
    file: 'SECURITY.md',
    title: 'Security policy',
    description: 'How to report a vulnerability, and what counts as one.',
    order: 4,
  },
  {
    file: 'conformance/results/README.md',
    title: 'Results compared',
    description:
      'Every rule that not every server of this repository keeps, and the reason of each exception.',
    order: 5,
  },
]);

/** @returns {readonly Page[]} */
export function projectPages() {
  const readmes = readdirSync(join(ROOT, 'packages'))
    .map((name) => `packages/${name}`)
    .concat('conformance')
    .filter((folder) => existsSync(join(ROOT, folder, 'README.md')))
    .map(packagePage);
  const examples = readdirSync(join(ROOT, 'docs/examples'))
    .filter((name) => existsSync(join(ROOT, 'docs/examples', name, 'README.md')))
    .map(examplePage);
  const papers = PAPERS.map(({ file, ...head }) => page(file, head));
  return [...readmes, ...examples, ...papers];
}

/** @param {string} folder */
function packagePage(folder) {
  const { name, description } = readJson(`${folder}/package.json`);
  if (description === undefined) throw new Error(`${folder}/package.json has no description`);
  return page(`${folder}/README.md`, {
    title: name,
    titleTemplate: ':title · Packages · TSGI',
    description: `${description}.`,
  });
}

/** @param {string} name */
function examplePage(name) {
  const file = `docs/examples/${name}/README.md`;
  const { description } = readJson(`docs/examples/${name}/package.json`);
  const title = /^# (.+)$/m.exec(readFileSync(join(ROOT, file), 'utf8'))?.[1] ?? name;
  return page(file, { title, description: `${description ?? title}.` });
}

/**
 * @param {string} file from the root
 * @param {Record<string, string | number>} head
 * @returns {Page}
 */
function page(file, head) {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const path = `${routeOf(file).route.slice(1)}.md`;
  return { path, text: frontMatter({ ...head, source: file }) + text };
}

/** @param {string} path from the root */
function readJson(path) {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}
