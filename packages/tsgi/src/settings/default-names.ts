import { statSync } from 'node:fs';
import { join } from 'node:path';

const CONFIG_NAMES = ['js', 'mjs', 'ts', 'mts', 'json'].map((ending) => `tsgi.config.${ending}`);

const STEMS = ['app', 'src/app', 'server', 'tsgi'];
const ENDINGS = ['.ts', '.mts', '.js', '.mjs'];

/** What the application is called that is served where none is given, in words. */
export const APPLICATION_NAMES: string = `${STEMS.join(', ')} with ${ENDINGS.join(', ')}`;

/** The configuration files of a directory: the first is the one that counts. */
export function findConfigFiles(directory: string): readonly string[] {
  return CONFIG_NAMES.filter((name) => isFile(join(directory, name)));
}

/** The application of a directory that has none of another name; undefined where there is none. */
export function findApplication(directory: string): string | undefined {
  const names = STEMS.flatMap((stem) => ENDINGS.map((ending) => stem + ending));
  return names.find((name) => isFile(join(directory, name)));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
