import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe } from '@tsgi/server';

/** What a module exports. */
export type ModuleExports = Readonly<Record<string, unknown>>;

// A module that was imported before is imported anew once its file has changed.
const imported = new Map<string, number>();

/** Imports the module of an absolute path; one that has changed since the last time, again. */
export async function importModule(path: string): Promise<ModuleExports> {
  const changed = statSync(path).mtimeMs;
  const first = imported.get(path) ?? changed;
  imported.set(path, first);
  if (isOfAnotherEnding(path)) {
    return createRequire(path)(path) as ModuleExports;
  }
  // Bun looks at the query of a path, and not at that of a URL.
  const name = 'Bun' in globalThis ? path : pathToFileURL(path).href;
  return (await import(first === changed ? name : `${name}?changed=${changed}`)) as ModuleExports;
}

/** The endings that import knows, or that something which was loaded before may teach it. */
const KNOWN = /^(?:|\.(?:[mc]?[jt]sx?|json|wasm|node))$/;

// `app.cgi`: import of Node.js refuses it, require takes any other ending for that of JavaScript.
function isOfAnotherEnding(path: string): boolean {
  return !('Bun' in globalThis || 'Deno' in globalThis) && !KNOWN.test(extname(path));
}

const TYPESCRIPT = /\.[mc]?tsx?['"]?$/;

/** Why a module could not be imported, in one line. */
export function explainImport(error: unknown, file: string): string {
  if (!(error instanceof Error)) {
    return `it threw ${describe(error)}`;
  }
  const { code } = error as { code?: unknown };
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && TYPESCRIPT.test(fileOf(error) ?? file)) {
    return howToRunTypeScript();
  }
  const place = /(?:file:\/\/)[^\s)]+:\d+/.exec(error.stack ?? '')?.[0];
  const message = error.message.split('\n', 1)[0] ?? '';
  return `${error.name}: ${message}${place === undefined ? '' : ` (${place})`}`;
}

// `Unknown file extension ".ts" for /path/file.ts`: the file may be one that the module imports.
function fileOf(error: Error): string | undefined {
  return / for (.+)$/m.exec(error.message)?.[1];
}

/** What to do where this runtime cannot run TypeScript. */
export function howToRunTypeScript(version: string = process.versions.node): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const flag =
    major === 22 && minor >= 6
      ? 'set NODE_OPTIONS=--experimental-strip-types'
      : 'set NODE_OPTIONS=--import=tsx with the package tsx installed';
  return `Node.js ${version} does not run TypeScript; ${flag}, or compile it to JavaScript, or use Node.js 22.18 or later, Bun or Deno`;
}

/** Whether this process runs TypeScript modules, and by which means. */
export function typeScriptSupport(): string | undefined {
  if ('Bun' in globalThis || 'Deno' in globalThis) {
    return 'the runtime';
  }
  const { typescript } = process.features as { typescript?: unknown };
  if (typeof typescript === 'string') {
    return `Node.js (${typescript} types)`;
  }
  const loader = /--(?:import|loader|experimental-loader)[= ]+(\S*(?:tsx|ts-node|swc)\S*)/.exec(
    [process.env['NODE_OPTIONS'] ?? '', ...process.execArgv].join(' '),
  );
  return loader?.[1];
}
