// @ts-check
// node spec/tools/embed-types.mjs [--check] [--root DIR]
// Copies files into the specification between `<!-- embed: PATH -->` and `<!-- /embed -->`. With
// --check it writes nothing, names the stale document and exits with 1.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { argv, exit, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';

const DOCUMENT = 'spec/tsgi-1.0.md';
const MARKED = /<!-- embed: (\S+) -->\n[\s\S]*?<!-- \/embed -->/g;

/**
 * The document with every embedded file brought up to date.
 * @param {string} markdown
 * @param {(path: string) => string} read gives the text of a file
 * @returns {string}
 */
export function embedFiles(markdown, read) {
  return markdown.replace(MARKED, (_all, /** @type {string} */ path) => {
    const text = read(path).trimEnd();
    if (text.includes('```')) throw new Error(`${path} holds a code fence and cannot be embedded`);
    return `<!-- embed: ${path} -->\n\`\`\`ts\n${text}\n\`\`\`\n<!-- /embed -->`;
  });
}

/**
 * Runs the command.
 * @param {readonly string[]} args
 * @returns {number} the exit code
 */
export function run(args) {
  const rootAt = args.indexOf('--root');
  const here = dirname(fileURLToPath(import.meta.url));
  const root = rootAt < 0 ? resolve(here, '../..') : resolve(args[rootAt + 1] ?? '.');
  const path = join(root, DOCUMENT);
  const before = readFileSync(path, 'utf8');
  const after = embedFiles(before, (file) => readFileSync(join(root, file), 'utf8'));
  if (after === before) return 0;
  if (args.includes('--check')) {
    stderr.write(`${DOCUMENT} is stale: run spec/tools/embed-types.mjs\n`);
    return 1;
  }
  writeFileSync(path, after);
  stdout.write(`${DOCUMENT} written\n`);
  return 0;
}

if (argv[1] !== undefined && resolve(argv[1]) === fileURLToPath(import.meta.url)) {
  exit(run(argv.slice(2)));
}
