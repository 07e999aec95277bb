import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { embedFiles, run } from '../tools/embed-types.mjs';

const marked = (inside: string): string =>
  `before\n<!-- embed: types.ts -->\n${inside}<!-- /embed -->\nafter\n`;
const code = (text: string): string => `\`\`\`ts\n${text}\n\`\`\`\n`;

describe('embedFiles', () => {
  test('puts a file between the marks as a code block', () => {
    expect(embedFiles(marked(''), () => "const a = '$&';\n")).toBe(marked(code("const a = '$&';")));
  });

  test('replaces what stood there and then changes nothing any more', () => {
    const once = embedFiles(marked(code('old')), () => 'new\n');
    expect(once).toBe(marked(code('new')));
    expect(embedFiles(once, () => 'new\n')).toBe(once);
  });

  test('refuses a file that would end the code block', () => {
    expect(() => embedFiles(marked(''), () => '/** ``` */')).toThrow(
      /types\.ts holds a code fence/,
    );
  });
});

describe('run', () => {
  let root = '';
  const document = (): string => readFileSync(join(root, 'spec/tsgi-1.0.md'), 'utf8');

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tsgi-embed-'));
    mkdirSync(join(root, 'spec'));
    writeFileSync(join(root, 'types.ts'), 'type A = 1;\n');
    writeFileSync(join(root, 'spec/tsgi-1.0.md'), marked(''));
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  test('finds a stale document in a check and leaves it as it is', () => {
    expect(run(['--root', root, '--check'])).toBe(1);
    expect(document()).toBe(marked(''));
  });

  test('writes the document, after which a check finds it in step', () => {
    expect(run(['--root', root])).toBe(0);
    expect(document()).toBe(marked(code('type A = 1;')));
    expect(run(['--root', root, '--check'])).toBe(0);
  });

  test('finds the specification in step with the types of this repository', () => {
    expect(run(['--root', resolve(import.meta.dirname, '../..'), '--check'])).toBe(0);
  });
});
