// @ts-check
// The blocks of code on a page, by the convention that pages keep: `ts` and `js` are modules, `sh run`
// is run, and what is neither says why: `ts nocheck="…"`, `sh norun="…"`.

/** @typedef {import('../model/model.ts').Block} Block */

const FENCE = /^( *)(`{3,}|~{3,}) *([^`]*)$/;
const FILE = /^[\w./@-]+\.\w+$/;

/**
 * @param {string} text the page
 * @returns {readonly Block[]}
 */
export function readBlocks(text) {
  /** @type {Block[]} */
  const blocks = [];
  /** @type {{ indent: string, ticks: string, info: string, line: number, code: string[] } | undefined} */
  let open;
  for (const [index, line] of text.split('\n').entries()) {
    const [, indent = '', ticks = '', info = ''] = FENCE.exec(line) ?? [];
    if (open === undefined) {
      if (ticks !== '') open = { indent, ticks, info: info.trim(), line: index + 2, code: [] };
    } else if (ticks.startsWith(open.ticks) && info.trim() === '') {
      blocks.push(toBlock(open));
      open = undefined;
    } else {
      open.code.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    }
  }
  return blocks;
}

/**
 * @param {{ info: string, line: number, code: readonly string[] }} open
 * @returns {Block}
 */
function toBlock({ info, line, code }) {
  const excused = /\bno(?:check|run)="([^"]*)"/.exec(info)?.[1];
  const [language = '', ...words] = info
    .replace(/ *\bno(?:check|run)="[^"]*"/, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .split(/ +/)
    .filter(Boolean);
  const named = words.find((word) => FILE.test(word));
  const [, inCode = ''] = /^\/\/ ([\w./-]+\.\w+)$/.exec(code[0] ?? '') ?? [];
  return {
    line,
    language: language.replace(/\{.*$/, ''),
    file: named ?? inCode,
    code: `${code.join('\n')}\n`,
    words: new Set(words.filter((word) => word !== named)),
    excused,
  };
}
