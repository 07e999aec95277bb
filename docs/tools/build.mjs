// @ts-check
// node docs/tools/build.mjs [--built]: the whole site, from the sources of the packages to files in
// docs/.vitepress/dist. Exits with 1 where anything is missing, stale or leads nowhere. With --built
// the packages are taken as they were compiled last.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { build } from 'vitepress';
import { DIST, DOCS, fromRoot, ROOT } from './paths.mjs';
import { checkLinks } from './site/check-links.mjs';
import { BASE } from './site/settings.mjs';
import { writeLlms } from './site/write-llms.mjs';

const started = performance.now();
if (!process.argv.includes('--built')) compile();
const { generate } = await import('./generate.mjs');
const pages = await generate();
await build(DOCS);
writeLlms(BASE);
const problems = checkLinks(DIST, BASE);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
const seconds = ((performance.now() - started) / 1000).toFixed(1);
process.stdout.write(`${pages} pages in ${fromRoot(DIST)}, ${seconds} s\n`);

/** The generators read the compiled packages. */
function compile() {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-b'], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
