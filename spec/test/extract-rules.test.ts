import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { extractRules, listDocuments } from '../tools/extract-rules.mjs';
import { writeRulesJson, writeRulesModule } from '../tools/rules-output.mjs';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const TOOL = join(REPOSITORY, 'spec/tools/extract-rules.mjs');
const RULES_JSON = 'spec/rules.json';
const LINT = 'packages/lint/src/rules.gen.ts';
const KIT = 'conformance/src/rules.gen.ts';

const rule = (id: string, text = 'It MUST hold.'): string =>
  `#### ${id}\n\n\`MUST\` \`server\` \`core\`\n\n${text}\n\nIntent: it's \\ so.\n\n`;

let root = '';

const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const extract = (...args: string[]): { status: number | null; stderr: string } => {
  const { status, stderr } = spawnSync(process.execPath, [TOOL, '--root', root, ...args], {
    encoding: 'utf8',
  });
  return { status, stderr };
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tsgi-rules-'));
  mkdirSync(join(root, 'spec/extensions'), { recursive: true });
  write('spec/tsgi-1.0.md', rule('CORE-B') + rule('CORE-A'));
  write('spec/tsgi-async-1.0.md', rule('ASYNC-A'));
  write('spec/extensions/b.md', rule('B-A'));
  write('spec/extensions/a.md', rule('A-A'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('listDocuments', () => {
  test('puts the core first, then the asynchronous profile, then the extensions by name', () => {
    expect(listDocuments(root)).toEqual([
      'tsgi-1.0.md',
      'tsgi-async-1.0.md',
      'extensions/a.md',
      'extensions/b.md',
    ]);
  });
});

describe('extractRules', () => {
  test('keeps the order of each document', () => {
    const { rules, problems } = extractRules(root);
    expect(problems).toEqual([]);
    expect(rules.map(({ id }) => id)).toEqual(['CORE-B', 'CORE-A', 'ASYNC-A', 'A-A', 'B-A']);
  });

  test('names the line of a rule whose id another document has', () => {
    write('spec/extensions/b.md', `# B\n\n${rule('CORE-A')}`);
    expect(extractRules(root).problems).toEqual([
      {
        document: 'extensions/b.md',
        line: 3,
        message: 'CORE-A: the id is already taken in tsgi-1.0.md',
      },
    ]);
  });

  test('finds the rules of this repository well formed', () => {
    const { rules, problems } = extractRules(REPOSITORY);
    expect(problems).toEqual([]);
    const core = rules.filter(({ document }) => document === 'tsgi-1.0.md');
    expect(core.length).toBeGreaterThanOrEqual(90);
    expect(new Set(core.map(({ role }) => role))).toEqual(
      new Set(['server', 'application', 'middleware']),
    );
  });
});

describe('the command extract-rules', () => {
  test('writes three files, after which a check finds nothing stale', () => {
    expect(extract()).toEqual({ status: 0, stderr: '' });
    expect(extract('--check')).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(read(RULES_JSON)).rules).toHaveLength(5);
    expect(read(LINT)).toBe(read(KIT));
  });

  test('names every stale file in a check and writes none', () => {
    const { status, stderr } = extract('--check');
    expect(status).toBe(1);
    expect(
      stderr
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split(' ')[0]),
    ).toEqual([RULES_JSON, LINT, KIT]);
    expect(() => read('spec/rules.json')).toThrow(/ENOENT/);
  });

  test('names the one file that was changed by hand', () => {
    extract();
    write(KIT, 'export {};\n');
    expect(extract('--check')).toEqual({
      status: 1,
      stderr: 'conformance/src/rules.gen.ts is stale: run spec/tools/extract-rules.mjs\n',
    });
  });

  test('finds a rule that changed in the Markdown alone', () => {
    extract();
    write('spec/tsgi-async-1.0.md', rule('ASYNC-A', 'It MUST hold for ever.'));
    expect(extract('--check').status).toBe(1);
  });

  test('refuses to write where a rule has vanished', () => {
    extract();
    const before = read('spec/rules.json');
    write('spec/tsgi-1.0.md', rule('CORE-B'));
    expect(extract()).toEqual({
      status: 1,
      stderr: 'spec/tsgi-1.0.md:1: CORE-A: the rule has vanished; keep it with "Status: retired"\n',
    });
    expect(read('spec/rules.json')).toBe(before);
  });

  test('says file and line of a malformed rule', () => {
    write('spec/extensions/a.md', '# A\n\nIt MUST hold.\n');
    expect(extract()).toEqual({
      status: 1,
      stderr: 'spec/extensions/a.md:3: MUST stands outside a rule\n',
    });
  });
});

describe('writeRulesModule', () => {
  test('escapes quotes and backslashes', () => {
    const { rules } = extractRules(root);
    expect(writeRulesModule(rules)).toContain(String.raw`intent: 'it\'s \\ so.',`);
  });

  test('says what made it in the first line', () => {
    expect(writeRulesModule([]).split('\n')[0]).toMatch(/^\/\/ Generated by .*extract-rules\.mjs/);
  });
});

describe('writeRulesJson', () => {
  test('names its schema and the version of the specification', () => {
    const { $schema, spec } = JSON.parse(writeRulesJson([]));
    expect({ $schema, spec }).toEqual({ $schema: './rules.schema.json', spec: '1.0' });
  });
});
