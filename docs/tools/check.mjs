// @ts-check
// node docs/tools/check.mjs [PAGE...]: compiles every sample and runs every command of the pages written
// by hand, or of those whose path holds one of the words given. Needs the build. Ends with one line
// `N passed, N failed`; exits with 1 where anything failed.

import process from 'node:process';
import { checkTypes, isModule } from './samples/check-types.mjs';
import { samplePages } from './samples/list-pages.mjs';
import { runShell } from './samples/run-shell.mjs';

const words = process.argv.slice(2);
const pages = samplePages().filter(
  ({ path }) => words.length === 0 || words.some((word) => path.includes(word)),
);
const undecided = pages.flatMap(({ path, blocks }) =>
  blocks.flatMap((block) =>
    isUndecided(block) ? [`${path}:${block.line}: ${complaint(block)}`] : [],
  ),
);
const types = checkTypes(pages);
const shell = await runShell(pages);
const problems = [...undecided, ...types.problems, ...shell.problems];
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(`${types.count} modules compiled, ${shell.count} blocks of commands run\n`);
const passed = Math.max(0, types.count + shell.count - problems.length);
process.stdout.write(`${passed} passed, ${problems.length} failed\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** @param {import('./model/model.ts').Block} block */
function isUndecided({ language, words: said, excused }) {
  if (language === '') return true;
  if (/^(?:sh|bash|shell|console)$/.test(language)) {
    return language !== 'sh' || (!said.has('run') && excused === undefined);
  }
  return excused === '';
}

/** @param {import('./model/model.ts').Block} block */
function complaint(block) {
  if (block.language === '') return 'a block of code names its language, text where it is none';
  if (isModule(block) || block.excused === '') return 'nocheck and norun give a reason';
  return 'a block of commands is `sh run`, or says why not: `sh norun="…"`';
}
