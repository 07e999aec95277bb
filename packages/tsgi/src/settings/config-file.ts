import { readFileSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { describe } from '@tsgi/server';
import { CommandError, EXIT } from '../cli/command-error.ts';
import { explainImport, importModule } from '../cli/import-module.ts';
import { findConfigFiles } from './default-names.ts';
import { didYouMean } from './did-you-mean.ts';
import type { SettingRow } from './row.ts';
import { SETTING_ROWS, type SettingName } from './table.ts';
import { readValue } from './values.ts';

/** A configuration file that was read. */
export interface ConfigFile {
  readonly path: string;
  /** As messages call it: relative to the directory where that is shorter. */
  readonly file: string;
  readonly values: ReadonlyMap<SettingName, unknown>;
  readonly warnings: readonly string[];
}

/** Which file was asked for, and what messages call the setting that did. */
interface Named {
  readonly value: string | undefined;
  readonly label: string;
}

/**
 * Reads the configuration file: the one that is named, else that of the directory. Throws a
 * CommandError: with exit code 2 where there is no such file, 78 where it is broken.
 */
export async function readConfigFile(
  { value: named, label }: Named,
  cwd: string,
): Promise<ConfigFile | undefined> {
  if (named === 'none') {
    return undefined;
  }
  const [first, ...ignored] = named === undefined ? findConfigFiles(cwd) : [named];
  if (first === undefined) {
    return undefined;
  }
  const path = resolve(cwd, first);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new CommandError(
      EXIT.usage,
      `${label} takes the name of a file; got ${JSON.stringify(first)}, which is none`,
    );
  }
  const file = relative(cwd, path).startsWith('..') ? path : relative(cwd, path);
  const content = path.endsWith('.json') ? readJson(path, file) : await readModule(path, file);
  const warnings = ignored.map((name) => `${name} is not read, since ${file} is there as well`);
  return { path, file, values: readValues(content, file), warnings };
}

function readJson(path: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw broken(`${file} is no JSON: ${(error as Error).message}`, error);
  }
}

async function readModule(path: string, file: string): Promise<unknown> {
  try {
    const module = await importModule(path);
    if (!('default' in module)) {
      const names = Object.keys(module).join(', ') || 'nothing';
      throw broken(`${file} has no default export; it exports ${names}`);
    }
    return await module['default'];
  } catch (error) {
    throw error instanceof CommandError
      ? error
      : broken(`cannot load ${file}: ${explainImport(error, path)}`, error);
  }
}

const ROWS: ReadonlyMap<string, SettingRow> = new Map(SETTING_ROWS);
const NAMES = SETTING_ROWS.filter(([, row]) => row.notInFile !== true).map(([name]) => name);

function readValues(content: unknown, file: string): ReadonlyMap<SettingName, unknown> {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw broken(`${file} holds an object of settings; got ${describe(content)}`);
  }
  const given = Object.entries(content).filter(
    ([name, value]) => name !== '$schema' && value !== undefined,
  );
  return new Map(given.map(([name, value]) => [name as SettingName, readEntry(name, value, file)]));
}

function readEntry(name: string, value: unknown, file: string): unknown {
  const row = ROWS.get(name);
  if (row === undefined) {
    throw broken(`${file}: there is no setting ${name}${didYouMean(name, NAMES)}`);
  }
  if (row.notInFile === true) {
    throw broken(`${file}: ${name} is no setting of configuration files`);
  }
  return readValue(row, value, { label: `${name} in ${file}`, exitCode: EXIT.config });
}

function broken(message: string, cause?: unknown): CommandError {
  return new CommandError(EXIT.config, message, { cause });
}
