import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const PACKAGE = resolve(import.meta.dirname, '..');
const ROOT = resolve(PACKAGE, '../..');
const pages = readdirSync(join(PACKAGE, 'reference')).map((file) => file.replace(/\.md$/, ''));

interface Block {
  readonly name: string;
  readonly code: string;
  readonly runs: boolean;
}

const blocks = pages.flatMap((page): readonly Block[] => {
  const text = readFileSync(join(PACKAGE, 'reference', `${page}.md`), 'utf8');
  return [...text.matchAll(/^```ts( run)?\n(.*?)^```$/gms)].map(([, run, code = ''], index) => ({
    name: `${page}-${index}`,
    code,
    runs: run !== undefined,
  }));
});

// What a sample says that it prints: the comments behind console.log.
const promised = (code: string): readonly string[] =>
  [...code.matchAll(/^(?:.*console\.log.*|create.*); \/\/ (.*)$/gm)].map(([, text = '']) => text);

let folder = '';
let compiler = { status: null as number | null, stdout: '' };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsgi-reference-'));
  mkdirSync(join(folder, 'src'));
  mkdirSync(join(folder, 'node_modules/@tsgi'), { recursive: true });
  for (const name of ['middleware', 'testing', 'types']) {
    symlinkSync(join(ROOT, 'packages', name), join(folder, 'node_modules/@tsgi', name), 'junction');
  }
  for (const { name, code } of blocks) writeFileSync(join(folder, 'src', `${name}.ts`), code);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  const compilerOptions = {
    composite: false,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
    noUnusedParameters: false,
    sourceMap: false,
    rootDir: 'src',
    outDir: 'out',
    typeRoots: [join(ROOT, 'node_modules/@types')],
  };
  const config = { extends: join(ROOT, 'tsconfig.base.json'), compilerOptions, include: ['src'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  compiler = spawnSync(tsc, ['-p', folder], { encoding: 'utf8' });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the reference', () => {
  test('has a page for every entry of the package', () => {
    const { exports } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as {
      exports: Record<string, unknown>;
    };
    const entries = Object.keys(exports).filter((path) => path !== './package.json');
    expect(pages.map((page) => `./${page}`).toSorted()).toEqual(entries.toSorted());
  });

  test('has samples that compile', () => {
    expect([compiler.stdout, compiler.status]).toEqual(['', 0]);
  });

  test.each(blocks.filter(({ runs }) => runs))('prints in $name what it says', ({ name, code }) => {
    const run = spawnSync(process.execPath, [join(folder, 'out', `${name}.js`)], {
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    expect(promised(code)).not.toEqual([]);
    expect(run.stdout.trimEnd().split('\n')).toEqual(promised(code));
  });
});
