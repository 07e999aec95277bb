import { describe, expect, test } from 'vitest';
import { extractCode, parseCode } from '../tools/extract-code.mjs';

describe('parseCode', () => {
  test('gives the blocks marked ts with the line on which their code begins', () => {
    const markdown = 'a\n\n```ts\nlet a;\nlet b;\n```\n\n```text\nno\n```\n\n```ts\nlet c;\n```\n';
    expect(parseCode('a.md', markdown)).toEqual([
      { file: 'a.md', line: 4, code: 'let a;\nlet b;\n' },
      { file: 'a.md', line: 13, code: 'let c;\n' },
    ]);
  });

  test('keeps a shorter fence and a fence with a language inside a block', () => {
    const markdown = '````ts\n```\n```ts\n````\n';
    expect(parseCode('a.md', markdown)).toEqual([{ file: 'a.md', line: 2, code: '```\n```ts\n' }]);
  });

  test('leaves out blocks in other languages', () => {
    expect(parseCode('a.md', '```\na\n```\n\n~~~tsx\nb\n~~~\n\n```json\n{}\n```\n')).toEqual([]);
  });

  test('refuses a block without an end', () => {
    expect(() => parseCode('a.md', 'a\n\n```ts\nb\n')).toThrow('a.md:3: the code block has no end');
  });
});

describe('extractCode', () => {
  test('finds the embedded interface and the examples of the specification', () => {
    const blocks = extractCode(`${import.meta.dirname}/..`);
    const core = blocks.filter(({ file }) => file === 'tsgi-1.0.md');
    expect(core.some(({ code }) => code.includes('export interface EnvironV1'))).toBe(true);
    expect(core.some(({ code }) => code.includes('export const app: Application'))).toBe(true);
    expect(blocks.some(({ file }) => file.startsWith('extensions/'))).toBe(true);
  });
});
