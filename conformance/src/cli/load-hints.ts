/** Rule 1: what a fault of loading a module leaves unsaid stands in this table. */

import type { SuiteRun } from '../engine/run-suite.ts';

/** The name of an adapter that has not been loaded. */
const UNKNOWN = 'unknown';

/** Faults whose own words do not tell what to do about them. */
const HINTS: readonly (readonly [fault: RegExp, hint: (path: string) => string])[] = [
  [
    /(?:^|cannot be loaded: )SyntaxError\b/,
    (path) => `"node --check ${path}" shows the place where it is in this file`,
  ],
  [
    /thread ended with exit code 13$/,
    (path) => `a top-level await of ${path}, or of what it imports, never settles`,
  ],
  [
    /ERR_UNKNOWN_FILE_EXTENSION\b.*"\.[cm]?tsx?"/,
    () =>
      `node ${process.version} does not load TypeScript by itself: compile it, or take Node 22.18 or later`,
  ],
];

/** The fault of a run, with what to do about it where the module at `path` could not be loaded. */
export function explainLoadFault(fault: string, path: string): string {
  const [, hint] = HINTS.find(([pattern]) => pattern.test(fault)) ?? [];
  return hint === undefined ? fault : `${fault}; ${hint(path)}`;
}

/** The run with a fault that says what is to be done, and with the path of a target nobody got to know. */
export function explainRun(run: SuiteRun, path: string): SuiteRun {
  const { meta, fault } = run;
  const isStrange = meta.name === UNKNOWN;
  const known = isStrange ? { ...run, meta: { ...meta, name: path } } : run;
  if (fault === undefined) return known;
  const told = isStrange ? `the adapter ${path} cannot be loaded: ${fault}` : fault;
  return { ...known, fault: explainLoadFault(told, path) };
}
