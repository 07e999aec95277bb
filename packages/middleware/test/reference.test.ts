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
  /** `run`: prints what it says. `test`: is one of vitest. */
  readonly kind: string | undefined;
}

const README = join(PACKAGE, 'README.md');
const sources = new Map([
  ...pages.map((page) => [page, join(PACKAGE, 'reference', `${page}.md`)] as const),
  ['readme', README],
  ['testing-readme', join(ROOT, 'packages/testing/README.md')],
]);

const blocks = [...sources].flatMap(([page, path]): readonly Block[] => {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/^```ts(?: (run|test))?\n(.*?)^```$/gms)].map(
    ([, kind, code = ''], index) => ({
      name: `${page}-${index}${kind === 'test' ? '.test' : ''}`,
      code,
      kind,
    }),
  );
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
  for (const name of ['middleware', 'server', 'testing', 'types']) {
    symlinkSync(join(ROOT, 'packages', name), join(folder, 'node_modules/@tsgi', name), 'junction');
  }
  symlinkSync(join(ROOT, 'node_modules/vitest'), join(folder, 'node_modules/vitest'), 'junction');
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
  const entries = Object.keys(
    (JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { exports: object })
      .exports,
  ).filter((path) => path !== './package.json');

  test('has a page for every entry of the package', () => {
    expect(pages.map((page) => `./${page}`).toSorted()).toEqual(entries.toSorted());
  });

  test('has a line in the README for every entry of the package', () => {
    const lines = readFileSync(README, 'utf8').matchAll(/^\| `([a-z-]+)` \|/gm);
    const named = [...lines].map(([, name]) => `./${name}`);
    expect(named.toSorted()).toEqual(entries.toSorted());
  });

  test('has samples that compile', () => {
    expect([compiler.stdout, compiler.status]).toEqual(['', 0]);
  });

  test.each(blocks.filter(({ kind }) => kind === 'run'))(
    'prints in $name what it says',
    ({ name, code }) => {
      const run = spawnSync(process.execPath, [join(folder, 'out', `${name}.js`)], {
        encoding: 'utf8',
      });
      expect(run.stderr).toBe('');
      expect(promised(code)).not.toEqual([]);
      expect(
        run.stdout
          .trimEnd()
          .split('\n')
          .filter((line) => line !== ''),
      ).toEqual(promised(code));
    },
  );

  test.each(blocks.filter(({ kind }) => kind === 'test'))('passes $name', ({ name }) => {
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
    const args = [vitest, 'run', '--root', folder, `out/${name}.js`];
    const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(run.stdout + run.stderr).toMatch(/Tests .*1 passed/);
    expect(run.status).toBe(0);
  });
});
