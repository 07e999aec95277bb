// @ts-check
// Compiles every module of every page in one run of the compiler. The blocks of a page lie in one
// folder, so that those with a name can be imported; each of the others is a module of its own.

import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { DOCS, fromRoot, ROOT } from '../paths.mjs';

/** @typedef {import('../model/model.ts').SamplePage} SamplePage */
/** @typedef {import('../model/model.ts').Block} Block */

const FOLDER = join(DOCS, 'samples');
/** Plain JavaScript has no types to write down. */
const UNTYPED = /\.m?js\(\d+,\d+\): error TS70\d\d:/;

const LANGUAGES = new Set(['ts', 'js', 'mts', 'mjs']);

/**
 * What the compiler complains of, with the place on the page.
 * @param {readonly SamplePage[]} pages
 * @returns {{ problems: readonly string[], count: number }}
 */
export function checkTypes(pages) {
  rmSync(FOLDER, { recursive: true, force: true });
  /** @type {Map<string, { page: string, line: number }>} */
  const places = new Map();
  for (const page of pages) writePage(page, places);
  writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(CONFIG, undefined, 2));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '-p', FOLDER, '--pretty', 'false'];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  const problems = stdout
    .split('\n')
    .filter((message) => message !== '' && !UNTYPED.test(message))
    .map((message) => translate(message, places));
  if (status !== 0 && stdout.trim() === '') throw new Error('the compiler failed without a word');
  if (problems.length === 0) rmSync(FOLDER, { recursive: true });
  return { problems, count: places.size };
}

/** As the sources of the packages are compiled, without what only matters for what is published. */
const CONFIG = Object.freeze({
  extends: '../../tsconfig.base.json',
  compilerOptions: {
    composite: false,
    incremental: false,
    noEmit: true,
    allowJs: true,
    checkJs: true,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: false,
    declaration: false,
    declarationMap: false,
    sourceMap: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    noImplicitAny: true,
    // A sample without an import is a module all the same.
    moduleDetection: 'force',
    types: ['node'],
  },
  include: ['.'],
});

/** The application of the reader, where a page shows none. */
const APPLICATION = `import type { Application } from '@tsgi/types';
export declare const app: Application;
export default app;
`;

/**
 * @param {SamplePage} page
 * @param {Map<string, { page: string, line: number }>} places receives what was written
 */
function writePage({ path, blocks }, places) {
  const folder = join(FOLDER, path.replaceAll(/[/.]/g, '-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(folder, 'app.ts'), APPLICATION);
  for (const [index, block] of blocks.entries()) {
    if (!isModule(block)) continue;
    const file = join(folder, block.file === '' ? `block-${index}.${block.language}` : block.file);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, block.code);
    places.set(fromRoot(file), { page: path, line: block.line });
  }
}

/**
 * Whether a block is to be compiled.
 * @param {Block} block
 */
export function isModule({ language, excused }) {
  return LANGUAGES.has(language) && excused === undefined;
}

/**
 * @param {string} message
 * @param {ReadonlyMap<string, { page: string, line: number }>} places
 */
function translate(message, places) {
  const [, file = '', line = '', rest = ''] = /^(.+?)\((\d+),\d+\): (.*)$/.exec(message) ?? [];
  const place = places.get(file);
  return place === undefined ? message : `${place.page}:${place.line + Number(line) - 1}: ${rest}`;
}
