import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Who may import whom at run time: the picture of CONTRIBUTING.md. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'packages/types': [],
  'packages/protocol': [],
  'packages/core': ['@tsgi/types'],
  'packages/lint': ['@tsgi/types'],
  'packages/middleware': ['@tsgi/types'],
  'packages/testing': ['@tsgi/core', '@tsgi/lint', '@tsgi/types'],
  'packages/server': ['@tsgi/core', '@tsgi/protocol', '@tsgi/types'],
  'packages/gateway-client': ['@tsgi/core', '@tsgi/protocol', '@tsgi/types'],
  'packages/tsgi': [
    '@tsgi/lint',
    '@tsgi/middleware',
    '@tsgi/server',
    '@tsgi/testing',
    '@tsgi/types',
  ],
  conformance: ['@tsgi/lint', '@tsgi/types'],
};

/** The libraries of others, each with the one file that may import it. */
const LIBRARIES: Readonly<Record<string, string>> = {
  'packages/middleware/src/compress.ts': 'minizlib',
  'packages/testing/src/vitest.ts': 'vitest',
  'conformance/src/vitest.ts': 'vitest',
};

/** Packages whose sources touch no runtime: no node: import, no ambient types. */
const SANS_IO = ['packages/types', 'packages/protocol', 'packages/core', 'packages/lint'];

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface Config {
  readonly compilerOptions: { readonly types?: readonly string[] };
  readonly references?: ReadonlyArray<{ readonly path: string }>;
}

function readJson(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(ROOT, ...path), 'utf8'));
}

function readManifest(...path: string[]): Manifest {
  return readJson(...path, 'package.json') as Manifest;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(ROOT, folder, 'src', file));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const matches = text.matchAll(
    /^(?:import|export)\b[^;]*?\bfrom '([^']+)';|\bimport\('([^']+)'\)/gms,
  );
  return [...matches].map((match) => match[1] ?? match[2] ?? '');
}

describe('layers', () => {
  test('are drawn for every package', () => {
    const packages = readdirSync(join(ROOT, 'packages')).map((name) => `packages/${name}`);
    const published = packages.filter((folder) => !readManifest(folder).private);
    expect(new Set([...published, 'conformance'])).toEqual(new Set(Object.keys(LAYERS)));
  });

  test.each(Object.entries(LAYERS))('%s depends on what the picture says', (folder, allowed) => {
    const { dependencies = {} } = readManifest(folder);
    const libraries = Object.entries(LIBRARIES)
      .filter(([file]) => file.startsWith(`${folder}/`))
      .map(([, name]) => name);
    for (const name of Object.keys(dependencies)) {
      expect([...allowed, ...libraries]).toContain(name);
    }
  });

  test.each(Object.keys(LAYERS))('%s references the packages that it depends on', (folder) => {
    const { dependencies = {} } = readManifest(folder);
    const { references = [] } = readJson(folder, 'tsconfig.json') as Config;
    const names = references.map(({ path }) => readManifest(folder, path).name);
    const ours = Object.keys(dependencies).filter((name) => name.startsWith('@tsgi/'));
    expect(new Set(names)).toEqual(new Set(ours));
  });

  test.each(Object.entries(LAYERS))(
    '%s imports what it depends on and its own files',
    (folder, allowed) => {
      for (const file of sources(folder)) {
        for (const specifier of importsOf(file)) {
          if (specifier.startsWith('.')) {
            const target = join(dirname(file), specifier);
            expect(
              target.startsWith(join(ROOT, folder, 'src')),
              `${file} imports ${specifier}`,
            ).toBe(true);
            expect(existsSync(target), `${file} imports ${specifier}`).toBe(true);
          } else if (!specifier.startsWith('node:')) {
            const [scope = '', name = ''] = specifier.split('/');
            const dependency = scope.startsWith('@') ? `${scope}/${name}` : scope;
            const library = LIBRARIES[relative(ROOT, file)] ?? '';
            expect([...allowed, library], `${file} imports ${specifier}`).toContain(dependency);
          }
        }
      }
    },
  );

  test.each(SANS_IO)('%s imports no node: module and sees no ambient types', (folder) => {
    const { compilerOptions } = readJson(folder, 'tsconfig.json') as Config;
    expect(compilerOptions.types).toEqual([]);
    for (const file of sources(folder)) {
      expect(importsOf(file).filter((specifier) => specifier.startsWith('node:'))).toEqual([]);
    }
  });
});
