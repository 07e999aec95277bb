import { spawnSync } from 'node:child_process';

/** The longest that looking for the place of an error may take, in milliseconds for each file. */
const PATIENCE = 2000;
/** The most files that are looked at. */
const MOST_FILES = 8;

/**
 * Gives a syntax error the place that the engine shows on a terminal only, by having the files
 * checked that may hold it. An error that has a place, or is of another kind, is returned as it is.
 */
export function locateSyntaxError(error: unknown, files: readonly string[]): unknown {
  if (!(error instanceof SyntaxError) || /(?:file:\/\/|^)\/.*:\d+/m.test(error.stack ?? '')) {
    return error;
  }
  const candidates = [...new Set(files)].filter((file) => /\.[mc]?js$/.test(file));
  for (const file of candidates.slice(0, MOST_FILES)) {
    const { stderr } = spawnSync(process.execPath, ['--check', file], {
      encoding: 'utf8',
      timeout: PATIENCE,
    });
    if (/^.+:\d+\n/.test(stderr)) {
      return Object.assign(new SyntaxError(error.message), { stack: stderr.trimEnd() });
    }
  }
  return error;
}
