/** Rule 1: whatever keeps a report from being a claim of conformance is listed here. */
import type { Expectation } from '../expect/parse-expectations.ts';
import type { Report, ReportedResult } from '../report/report.ts';
import { remarkOn, runFaults, standingOf } from '../report/standing.ts';

/** Why a report is no claim, a sentence for each reason; none where it is one. */
export function findObstacles(
  report: Report,
  expectations: readonly Expectation[] = [],
): readonly string[] {
  const { profiles, options } = report;
  const filters = [...profiles, ...options.run, ...options.skip];
  const flaky = expectations.filter(({ expected }) => expected === 'flaky');
  return [
    ...(filters.length === 0 ? [] : [`the run is filtered by ${filters.join(', ')}`]),
    ...runFaults(report).map(({ name, message }) => `${name}: ${message}`),
    ...flaky.map(({ line, glob }) => `line ${line} of the expected failures: ${glob} is flaky`),
    ...report.results.filter((result) => !isConsequence(result)).flatMap(judge),
    ...report.results.filter(isConsequence).flatMap(judge),
  ];
}

/** Such a result follows from another one, which is told first. */
function isConsequence({ outcome }: ReportedResult): boolean {
  return outcome === 'blocked';
}

function judge(result: ReportedResult): readonly string[] {
  const { check, level, outcome, reason } = result;
  const standing = standingOf(result);
  if (standing === 'bad' || standing === 'broken') {
    return [`${check} is ${outcome}: ${remarkOn(result)}`];
  }
  if (outcome === 'xfail' && level === 'MUST') {
    return [`${check} is a MUST, which no expected failure excuses`];
  }
  const isOpen = outcome === 'skip' && !isUnchecked(result) && !isAllowed(reason);
  return isOpen ? [`${check} is skipped: ${remarkOn(result)}`] : [];
}

/** A rule of which this kit has no check: the claim names it, and no target can help it. */
export function isUnchecked({ check }: ReportedResult): boolean {
  return check.endsWith('.none');
}

function isAllowed(reason: ReportedResult['reason']): boolean {
  return (
    reason === 'untestable' || reason === 'excluded' || reason?.startsWith('capability:') === true
  );
}
