// Where the runtimes are that the npm packages `bun` and `deno` bring.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';

/** The path of a file of an optional dependency of a package, or undefined where it is not there. */
export function findRuntime(example, name, file) {
  const require = createRequire(
    new URL(`../../../docs/examples/${example}/package.json`, import.meta.url),
  );
  try {
    const path = join(dirname(require.resolve(`${name}/package.json`)), file);
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** The name of a program on this system. */
export function programName(name) {
  return process.platform === 'win32' ? `${name}.exe` : name;
}
