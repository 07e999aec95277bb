import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkLifespan, describe } from '@tsgi/server';
import type { AsyncApplication, Lifespan, Profile } from '@tsgi/types';
import { APPLICATION_NAMES } from '../settings/default-names.ts';
import { CommandError, EXIT } from './command-error.ts';
import { explainImport, importModule, type ModuleExports } from './import-module.ts';

/** An application and what its module says of it. */
export interface LoadedApplication {
  readonly application: AsyncApplication;
  readonly profile: Profile;
  readonly lifespan: Lifespan | undefined;
}

const DEFAULT_EXPORTS = ['default', 'app', 'application'] as const;

/**
 * Loads the application that `FILE[:EXPORT]` names: `settings.app`. Throws a CommandError with exit
 * code 4, or with 2 where none is named and none of the usual names is there.
 */
export async function loadApplication(specifier: string | undefined): Promise<LoadedApplication> {
  if (specifier === undefined) {
    throw noApplication();
  }
  const { file, name } = splitSpecifier(specifier);
  const module = await importApplication(file);
  const application = pickExport(module, file, name);
  const profile = module['profile'] === undefined ? 'sync' : module['profile'];
  if (profile !== 'sync' && profile !== 'async') {
    throw fail(`${file} exports the profile ${describe(profile)}; it is "sync" or "async"`);
  }
  return { application, profile, lifespan: pickLifespan(module, file) };
}

function pickLifespan(module: ModuleExports, file: string): Lifespan | undefined {
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
        throw fail(`the startup of ${file} failed: ${explainImport(error, file)}`, error);
      }
    },
    async shutdown(state) {
      try {
        await lifespan.shutdown?.(state);
      } catch (error) {
        const message = `the shutdown of ${file} failed: ${explainImport(error, file)}`;
        throw new CommandError(EXIT.failure, message, { cause: error });
      }
    },
  };
}

/** Takes `FILE[:EXPORT]` apart; a file that exists with a colon in its name is one. */
export function splitSpecifier(specifier: string): { file: string; name: string | undefined } {
  const match = /^(.+):([\p{ID_Start}$_][\p{ID_Continue}$]*)$/u.exec(specifier);
  if (match === null || existsSync(specifier)) {
    return { file: specifier, name: undefined };
  }
  return { file: match[1] as string, name: match[2] };
}

async function importApplication(file: string): Promise<ModuleExports> {
  const path = resolve(file);
  if (!existsSync(path)) {
    throw fail(`there is no file ${file}`);
  }
  if (!statSync(path).isFile()) {
    throw fail(`${file} is no file`);
  }
  try {
    return await importModule(path);
  } catch (error) {
    throw fail(`cannot load ${file}: ${explainImport(error, path)}`, error);
  }
}

function pickExport(
  module: ModuleExports,
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

function noApplication(): CommandError {
  return new CommandError(
    EXIT.usage,
    `there is no application: it is the FILE of the command, or app in the configuration file, or one of ${APPLICATION_NAMES} in ${process.cwd()}`,
  );
}

function fail(message: string, cause?: unknown): CommandError {
  return new CommandError(EXIT.application, message, { cause });
}
