/** Rule 1: what counts against a run is decided here once, so that every reporter agrees with the exit code. */
import { CAPABILITY_OF_PROFILE } from '../engine/select-checks.ts';
import type { Outcome } from '../outcome.ts';
import type { Report, ReportedResult } from './report.ts';

/** How a result stands: `bad` costs exit code 1, `broken` 3; `left` says nothing either way. */
export type Standing = 'good' | 'left' | 'bad' | 'broken';

/** How one result stands. */
export function standingOf({ outcome, flaky }: ReportedResult): Standing {
  const standing = STANDINGS[outcome];
  return flaky === undefined || standing === 'broken' ? standing : 'bad';
}

const STANDINGS: Readonly<Record<Outcome, Standing>> = {
  pass: 'good',
  warn: 'good',
  info: 'good',
  skip: 'left',
  xfail: 'left',
  fail: 'bad',
  xpass: 'bad',
  blocked: 'bad',
  error: 'broken',
  notrun: 'broken',
};

/** What is wrong with a run beside its results. */
export interface RunFault {
  readonly name: string;
  readonly standing: 'bad' | 'broken';
  readonly message: string;
}

/** Why a run is not content although no single result says so. */
export function runFaults({ summary, expectations }: Report): readonly RunFault[] {
  const misfits = (expectations?.faults ?? []).map(
    (fault): RunFault => ({
      name: 'expected failures',
      standing: 'bad',
      message: `${expectations?.file ?? ''}: ${fault}`,
    }),
  );
  const { fault, exitCode } = summary;
  return [
    ...(fault === undefined
      ? []
      : [{ name: 'target', standing: 'broken', message: fault } as const]),
    ...misfits,
    ...(exitCode === 4 ? [NOTHING] : []),
  ];
}

const NOTHING: RunFault = {
  name: 'selection',
  standing: 'broken',
  message: 'no check was executed',
};

/** Why a result is neither good nor bad, or what is to be said of it beside its outcome. */
export function remarkOn(result: ReportedResult): string {
  const { outcome, reason, expectation, message, blockedBy, flaky } = result;
  const changing = flaky === undefined ? '' : ` (outcomes of its runs: ${flaky.join(', ')})`;
  if (outcome === 'skip') {
    const named =
      reason === 'untestable' || result.check.endsWith('.none') ? result.title : message;
    return named === undefined ? (reason ?? '') : `${reason ?? ''}: ${named}`;
  }
  if (outcome === 'xfail') return `expected failure: ${expectation?.reason ?? ''}${changing}`;
  if (outcome === 'xpass') return `passes, but is expected to fail: ${expectation?.reason ?? ''}`;
  if (outcome === 'blocked') return `needs ${blockedBy ?? 'another check'}, which did not pass`;
  if (outcome === 'notrun') return 'not run: the target was lost';
  return `${message ?? ''}${changing}`;
}

/** Whether the target has nothing of a profile, however its few checks for such targets end. */
export function lacksProfile({ results }: Pick<Report, 'results'>, profile: string): boolean {
  const capability = CAPABILITY_OF_PROFILE[profile];
  return results.some(
    ({ check, reason }) =>
      check === `BOOT-CAPABILITY.${capability}` && reason === `capability:${capability}`,
  );
}

/** Results by rule, in the order in which they stand in the report. */
export function groupByRule(
  results: readonly ReportedResult[],
): ReadonlyMap<string, readonly ReportedResult[]> {
  return group(results, ({ rule }) => rule);
}

/** Results by the first word of the rule: `ENV`, `SR`, `BODY`. */
export function groupByFamily(
  results: readonly ReportedResult[],
): ReadonlyMap<string, readonly ReportedResult[]> {
  return group(results, ({ rule }) => rule.split('-', 1)[0] ?? rule);
}

function group(
  results: readonly ReportedResult[],
  keyOf: (result: ReportedResult) => string,
): ReadonlyMap<string, readonly ReportedResult[]> {
  const groups = new Map<string, ReportedResult[]>();
  for (const result of results) {
    const key = keyOf(result);
    const held = groups.get(key);
    if (held === undefined) groups.set(key, [result]);
    else held.push(result);
  }
  return groups;
}
