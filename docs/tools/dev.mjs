// @ts-check
// node docs/tools/dev.mjs: a development server that follows edits, also of what pages are made from.
// Needs the build of the packages, which it makes first. Arguments go to `vitepress dev`.

import { spawn, spawnSync } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { DOCS, ROOT } from './paths.mjs';

/** What pages are made from, beside the compiled packages. */
const SOURCES = ['spec', 'conformance/results', 'packages/benchmark/results', 'docs/figures'];

process.env['TSGI_DOCS_DRAFT'] = 'yes';
const { status } = spawnSync(
  process.execPath,
  [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b'],
  { cwd: ROOT, stdio: 'inherit' },
);
if (status !== 0) process.exit(1);
generate();
for (const folder of SOURCES) watch(join(ROOT, folder), { recursive: true }, onChange);

/** @type {NodeJS.Timeout | undefined} */
let due;
const vitepress = join(DOCS, 'node_modules/vitepress/bin/vitepress.js');
const server = spawn(process.execPath, [vitepress, 'dev', DOCS, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
server.on('exit', (code) => process.exit(code ?? 0));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => server.kill(signal));
}

/** An editor changes a file several times in a row. */
function onChange() {
  clearTimeout(due);
  due = setTimeout(generate, 200);
}

/** In a process of its own, so that modules are read anew; the server sees the files that changed. */
function generate() {
  const result = spawnSync(process.execPath, [join(DOCS, 'tools/generate.mjs')], {
    stdio: 'inherit',
  });
  if (result.status !== 0) process.stderr.write('the pages are as they were before\n');
}
