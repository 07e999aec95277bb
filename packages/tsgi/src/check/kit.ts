import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { splitSpecifier } from '../cli/load-application.ts';

/** The part of @tsgi/conformance that is used here. */
interface Kit {
  main(
    args: readonly string[],
    output: { out(text: string): void; err(text: string): void },
  ): Promise<number>;
}

const KIT = '@tsgi/conformance';

/** Loads the conformance kit: from the project, or beside this package; undefined where it is not. */
export async function loadKit(): Promise<Kit | undefined> {
  for (const base of [join(process.cwd(), 'package.json'), import.meta.url]) {
    try {
      const path = createRequire(base).resolve(KIT);
      return (await import(pathToFileURL(path).href)) as Kit;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') {
        throw error;
      }
    }
  }
  return undefined;
}

/** What the kit is to judge. */
export interface KitRun {
  /** `FILE[:EXPORT]`. */
  readonly specifier: string;
  /** The profile to call it under, where that is not what the module says. */
  readonly profile: string | undefined;
  readonly json: boolean;
}

/** Has the kit judge an application; gives its exit code and what it says. */
export async function runKit(
  kit: Kit,
  { specifier, profile, json }: KitRun,
): Promise<{ readonly exitCode: number; readonly text: string }> {
  const { file, name } = splitSpecifier(specifier);
  const stand =
    name === undefined && profile === undefined ? undefined : writeStandIn(file, { name, profile });
  let text = '';
  const output = {
    out: (part: string): void => void (text += part),
    err: (part: string): void => void (text += part),
  };
  try {
    const reporter = json ? 'json' : 'terminal';
    const args = ['app', stand?.file ?? file, '--reporter', reporter];
    const exitCode = await kit.main(args, output);
    return { exitCode, text: stand === undefined ? text : text.replaceAll(stand.file, specifier) };
  } finally {
    stand?.remove();
  }
}

// The kit takes a module, whose exports say all: one that says what the command line does.
function writeStandIn(
  file: string,
  { name, profile }: { readonly name: string | undefined; readonly profile: string | undefined },
): { readonly file: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'tsgi-check-'));
  const path = join(folder, 'application.mjs');
  const source = JSON.stringify(pathToFileURL(resolve(file)).href);
  const lines = [
    `import * as module from ${source};`,
    `export * from ${source};`,
    name === undefined
      ? 'export default module.default ?? module.app ?? module.application;'
      : `export { ${name} as default } from ${source};`,
    ...(profile === undefined ? [] : [`export const profile = ${JSON.stringify(profile)};`]),
    '',
  ];
  writeFileSync(path, lines.join('\n'));
  return { file: path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
