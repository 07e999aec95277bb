// @ts-check
// The pages whose samples are checked: everything that is written by hand, on the site and in the
// READMEs. The specification checks its own blocks.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.mjs';
import { writtenPages } from '../site/page-list.mjs';
import { readBlocks } from './read-blocks.mjs';

/** @typedef {import('../model/model.ts').Block} Block */
/** @typedef {import('../model/model.ts').SamplePage} SamplePage */

/** @returns {readonly SamplePage[]} */
export function samplePages() {
  const readmes = ['packages', 'docs/examples']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}/README.md`),
    )
    .filter((path) => existsSync(join(ROOT, path)));
  const pages = writtenPages().map((path) => `docs/${path}`);
  return ['README.md', 'CONTRIBUTING.md', 'conformance/README.md', ...readmes, ...pages].map(
    (path) => ({ path, blocks: readBlocks(readFileSync(join(ROOT, path), 'utf8')) }),
  );
}
