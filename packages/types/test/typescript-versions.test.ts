import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const project = fileURLToPath(new URL('tsconfig.facts.json', import.meta.url));

// TypeScript 7 exports no path to its command, so each command is found beside its manifest.
const compilers: readonly (readonly [version: string, tsc: string])[] = [
  ['5.0', commandOf('typescript-5.0')],
  ['5.9', commandOf('typescript-5.9')],
  ['6', commandOf('typescript-6')],
  ['7', commandOf('typescript')],
];

const strictest = [
  '--exactOptionalPropertyTypes',
  '--noUncheckedIndexedAccess',
  '--noUnusedLocals',
  '--noUnusedParameters',
  '--verbatimModuleSyntax',
];

function commandOf(name: string): string {
  return join(dirname(require.resolve(`${name}/package.json`)), 'bin', 'tsc');
}

async function compile(tsc: string, options: readonly string[]): Promise<string> {
  const ran = await run(process.execPath, [tsc, '-p', project, ...options]).catch(
    (failure: { stdout: string }) => failure,
  );
  return ran.stdout;
}

describe('types', () => {
  test.each(compilers)('hold their facts under TypeScript %s', async (version, tsc) => {
    expect((await run(process.execPath, [tsc, '--version'])).stdout).toContain(` ${version}.`);
    expect(await compile(tsc, [])).toBe('');
  });

  test.each(compilers)('hold them under the strictest options of %s', async (_version, tsc) => {
    expect(await compile(tsc, strictest)).toBe('');
  });

  test.each(compilers)('let %s notice a fact that does not hold', async (_version, tsc) => {
    expect(await compile(tsc, ['--strict', 'false'])).toContain('TS2578');
  });
});
