// @ts-check
// Rule 1: a fenced block marked `ts` is a complete module; what is none is marked `text`.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} CodeBlock
 * @property {string} file path below the folder searched
 * @property {number} line of the first line of code, counted from 1
 * @property {string} code what stands between the fences
 */

/**
 * Every `ts` block below a folder, in the order of files and lines.
 * @param {string} folder
 * @returns {CodeBlock[]}
 */
export function extractCode(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.replaceAll('\\', '/'))
    .toSorted()
    .flatMap((file) => parseCode(file, readFileSync(join(folder, file), 'utf8')));
}

/**
 * The `ts` blocks of one document.
 * @param {string} file
 * @param {string} markdown
 * @returns {CodeBlock[]}
 */
export function parseCode(file, markdown) {
  /** @type {CodeBlock[]} */
  const blocks = [];
  /** @type {{ fence: string, language: string, line: number, code: string[] } | undefined} */
  let open;
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, fence = '', language = ''] = /^(`{3,}|~{3,})\s*(\S*)/.exec(line) ?? [];
    if (open === undefined) {
      if (fence !== '') open = { fence, language, line: index + 2, code: [] };
    } else if (fence.startsWith(open.fence) && language === '') {
      if (open.language === 'ts') {
        blocks.push({ file, line: open.line, code: `${open.code.join('\n')}\n` });
      }
      open = undefined;
    } else {
      open.code.push(line);
    }
  }
  if (open !== undefined) throw new Error(`${file}:${open.line - 1}: the code block has no end`);
  return blocks;
}
