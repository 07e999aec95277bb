import type { CheckResult } from '../engine/run-suite.ts';

/** What the command's exit code says. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

/** The code for wrong usage or configuration. */
export const EXIT_USAGE: ExitCode = 2;

/**
 * 0: every check passed, or failed as expected. 1: a check failed, its outcome changed between
 * repeats, or the file of expected failures (`misfits`) does not fit. 3: the target
 * did not start, died, or the kit is at fault. 4: nothing was executed.
 */
export function chooseExitCode(
  results: readonly Pick<CheckResult, 'outcome' | 'flaky'>[],
  fault?: string,
  misfits: readonly string[] = [],
): ExitCode {
  const has = (outcome: CheckResult['outcome']): boolean =>
    results.some((result) => result.outcome === outcome);
  if (fault !== undefined || has('error') || has('notrun')) return 3;
  if (has('fail') || has('xpass') || has('blocked') || misfits.length > 0) return 1;
  if (results.some(({ flaky }) => flaky !== undefined)) return 1;
  return has('pass') || has('warn') || has('info') || has('xfail') ? 0 : 4;
}
