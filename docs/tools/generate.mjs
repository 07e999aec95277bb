// @ts-check
// Writes every page that is made into docs/generated, and what is handed out as it is into
// docs/public. Needs the build of the packages. Only files that changed are written, so that a
// development server has little to do.

import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { apiPages } from './api/write-api.mjs';
import { drawDiagrams } from './figures/diagrams.mjs';
import { performanceCharts } from './figures/performance.mjs';
import { loadModel } from './model/load-model.mjs';
import { conformancePages, matrix } from './pages/conformance-pages.mjs';
import { projectPages } from './pages/project-pages.mjs';
import { referencePages } from './pages/reference-pages.mjs';
import { ruleList } from './pages/rule-list.mjs';
import { rulePages } from './pages/rule-pages.mjs';
import { sectionPages } from './pages/section-pages.mjs';
import { sourcePages } from './pages/source-pages.mjs';
import { specPages } from './pages/spec-pages.mjs';
import { DOCS, fromRoot, GENERATED, PARTS, ROOT } from './paths.mjs';
import { splitFrontMatter } from './site/front-matter.mjs';
import { writtenPages } from './site/page-list.mjs';
import { ASSETS, resolveLink } from './site/routes.mjs';

/** @typedef {import('./model/model.ts').Page} Page */

/** Writes all of it; the number of pages. */
export async function generate() {
  const model = await loadModel();
  const pages = [
    ...specPages(model),
    ...rulePages(model),
    ruleList(model),
    ...conformancePages(model),
    ...projectPages(),
    ...(await referencePages()),
    ...(await apiPages()),
  ];
  const written = writtenPages().map((path) => ({
    path,
    text: readFileSync(join(DOCS, path), 'utf8'),
  }));
  const places = [...model.checks, ...model.mutants].map(({ place }) => place.file);
  const sources = [
    ...places,
    ...model.targets.map(({ adapter }) => adapter),
    ...pages.flatMap((page) => linkedSources(page, '')),
    ...written.flatMap((page) => linkedSources(page, `docs/${page.path}`)),
  ];
  const all = [...pages, ...sourcePages(sources)];
  writePages(all);
  const sections = sectionPages();
  writePages([...all, ...sections]);
  writeParts({
    'matrix.md': matrix(model),
    'performance.md': performanceCharts(),
    ...(await drawDiagrams()),
  });
  copyAssets();
  return all.length + sections.length + written.length;
}

/**
 * The files of the repository that a page links to and that no page is made of yet. Throws where a
 * link leads nowhere.
 * @param {Page} page
 * @param {string} file where the page is written; empty where it is made
 * @returns {readonly string[]}
 */
function linkedSources({ text }, file) {
  const { data, body } = splitFrontMatter(text);
  const from = data['source'] ?? file;
  if (from === '') return [];
  const prose = body.replaceAll(/^(`{3,}|~{3,})[^]*?^\1$/gm, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(
    ([, href = '']) => resolveLink(href, from).source ?? [],
  );
}

/** @param {readonly Page[]} pages */
function writePages(pages) {
  const wanted = new Map(pages.map(({ path, text }) => [join(GENERATED, path), text]));
  if (wanted.size !== pages.length) throw new Error('two pages have the same address');
  for (const file of listFiles(GENERATED)) if (!wanted.has(file)) rmSync(file);
  for (const [file, text] of wanted) {
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/**
 * Pieces that written pages include.
 * @param {Readonly<Record<string, string>>} parts by file name
 */
function writeParts(parts) {
  mkdirSync(PARTS, { recursive: true });
  for (const [name, text] of Object.entries(parts)) writeFileSync(join(PARTS, name), `${text}\n`);
}

/** @param {string} folder */
function listFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, path, name }) => join(parentPath ?? path, name));
}

function copyAssets() {
  for (const [file, route] of Object.entries(ASSETS)) {
    const target = join(DOCS, 'public', route);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(ROOT, file), target);
  }
}

if (process.argv[1] === import.meta.filename) {
  const count = await generate();
  process.stdout.write(`${count} pages, those that are made in ${fromRoot(GENERATED)}\n`);
}
