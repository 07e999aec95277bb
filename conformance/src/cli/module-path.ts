import { statSync } from 'node:fs';
import { UsageError } from './command-error.ts';

/** Throws a UsageError where a path that stands for `what` is not that of a file. */
export function checkModulePath(what: string, path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`${what} "${path}" does not exist`);
  if (found.isDirectory()) throw new UsageError(`${what} "${path}" is a folder: name a module`);
}
