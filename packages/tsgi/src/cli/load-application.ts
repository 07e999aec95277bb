import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkLifespan, describe } from '@tsgi/server';
import type { AsyncApplication, Lifespan, Profile } from '@tsgi/types';
import { CommandError, EXIT } from './command-error.ts';

/** An application and what its module says of it. */
export interface LoadedApplication {
  readonly application: AsyncApplication;
  readonly profile: Profile;
  readonly lifespan: Lifespan | undefined;
}

const DEFAULT_EXPORTS = ['default', 'app', 'application'] as const;

/** Loads the application that `FILE[:EXPORT]` names. Throws a CommandError with exit code 4. */
export async function loadApplication(specifier: string): Promise<LoadedApplication> {
  const { file, name } = splitSpecifier(specifier);
  const module = await importModule(file);
  const application = pickExport(module, file, name);
  const profile = module['profile'] === undefined ? 'sync' : module['profile'];
  if (profile !== 'sync' && profile !== 'async') {
    throw fail(`${file} exports the profile ${describe(profile)}; it is "sync" or "async"`);
  }
  return { application, profile, lifespan: pickLifespan(module, file) };
}

function pickLifespan(
  module: Readonly<Record<string, unknown>>,
  file: string,
): Lifespan | undefined {
  const lifespan = module['lifespan'];
  if (lifespan === undefined) {
    return undefined;
  }
  try {
    checkLifespan(lifespan);
  } catch (error) {
    throw fail(
      `the lifespan that ${file} exports is malformed: ${(error as Error).message}`,
      error,
    );
  }
  return announceFailures(lifespan, file);
}

// What fails is told apart here: to the server, an error of a startup is one like any other.
function announceFailures(lifespan: Lifespan, file: string): Lifespan {
  return {
    async startup(state) {
      try {
        await lifespan.startup?.(state);
      } catch (error) {
        throw fail(`the startup of ${file} failed: ${explain(error)}`, error);
      }
    },
    async shutdown(state) {
      try {
        await lifespan.shutdown?.(state);
      } catch (error) {
        const message = `the shutdown of ${file} failed: ${explain(error)}`;
        throw new CommandError(EXIT.failure, message, { cause: error });
      }
    },
  };
}

function splitSpecifier(specifier: string): { file: string; name: string | undefined } {
  const match = /^(.+):([\p{ID_Start}$_][\p{ID_Continue}$]*)$/u.exec(specifier);
  if (match === null || existsSync(specifier)) {
    return { file: specifier, name: undefined };
  }
  return { file: match[1] as string, name: match[2] };
}

async function importModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  const path = resolve(file);
  if (!existsSync(path)) {
    throw fail(`there is no file ${file}`);
  }
  if (!statSync(path).isFile()) {
    throw fail(`${file} is no file`);
  }
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    throw fail(`cannot load ${file}: ${explain(error)}`, error);
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) {
    return `it threw ${describe(error)}`;
  }
  if ((error as { code?: unknown }).code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return 'this runtime does not run that kind of file; compile TypeScript to JavaScript first, or use Node.js 22.18 or later, Bun or Deno';
  }
  const place = /(?:file:\/\/)[^\s)]+:\d+/.exec(error.stack ?? '')?.[0];
  const message = error.message.split('\n', 1)[0] ?? '';
  return `${error.name}: ${message}${place === undefined ? '' : ` (${place})`}`;
}

function pickExport(
  module: Readonly<Record<string, unknown>>,
  file: string,
  name: string | undefined,
): AsyncApplication {
  const names = name === undefined ? DEFAULT_EXPORTS : [name];
  const found = names.find((candidate) => typeof module[candidate] === 'function');
  if (found !== undefined) {
    return module[found] as AsyncApplication;
  }
  const present = names.find((candidate) => candidate in module);
  if (present !== undefined) {
    throw fail(`the export ${present} of ${file} is ${describe(module[present])}, not a function`);
  }
  const list = Object.keys(module).join(', ') || 'nothing';
  throw fail(`${file} has no export ${names.join(', ')}; it exports ${list}`);
}

function fail(message: string, cause?: unknown): CommandError {
  return new CommandError(EXIT.application, message, { cause });
}
