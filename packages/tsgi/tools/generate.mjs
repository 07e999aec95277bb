// @ts-check
// node packages/tsgi/tools/generate.mjs [--check]
// Writes what is made from the table of settings: the schema of configuration files and the
// reference page. Needs the build. With --check it writes nothing, names what is stale and exits
// with 1.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { argv, exit, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { settingsSchema } from '../dist/settings/schema.js';
import { settingsPage } from './settings-page.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** @type {ReadonlyArray<readonly [path: string, text: string]>} */
const FILES = [
  ['packages/tsgi/schema.json', `${JSON.stringify(settingsSchema(), null, 2)}\n`],
  ['docs/reference/settings.md', settingsPage()],
];

const stale = FILES.filter(([path, text]) => {
  const file = join(ROOT, path);
  return !existsSync(file) || readFileSync(file, 'utf8') !== text;
});
const isCheck = argv.includes('--check');
for (const [path, text] of stale) {
  if (isCheck) {
    stderr.write(`${path} is stale: run packages/tsgi/tools/generate.mjs\n`);
  } else {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
    stdout.write(`${path} written\n`);
  }
}
exit(isCheck && stale.length > 0 ? 1 : 0);
