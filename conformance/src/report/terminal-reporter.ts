import type { CheckResult } from '../engine/run-suite.ts';
import { OUTCOMES } from '../outcome.ts';
import { writeFailureBlock, writeTrace } from './failure-block.ts';
import type { Report, ReportedResult } from './report.ts';

const BAD: ReadonlySet<string> = new Set(['fail', 'warn', 'error', 'xpass']);

/** One line for a check that has just been decided; ends in a newline. */
export function writeProgress(result: CheckResult): string {
  const { outcome, check, title, reason, blockedBy, message, expectation } = result;
  const isTold = reason === 'unimplemented-by-harness' || reason === 'excluded';
  const unseen = isTold && message !== undefined;
  const blocked = blockedBy === undefined ? undefined : `needs ${blockedBy}`;
  const why = expectation?.reason ?? (unseen ? `${reason}: ${message}` : (reason ?? blocked));
  const note = why === undefined ? '' : ` [${why}]`;
  return `${outcome.padEnd(8)}${check}  ${title}${note}\n`;
}

/** Everything after the progress lines: failure blocks, traces where asked for, and the summary. */
export function writeSummary(report: Report, trace: boolean): string {
  const { summary, target } = report;
  const blocks = report.results.filter(isBad).map(writeFailureBlock);
  const traces = trace
    ? report.results
        .filter((result) => !isBad(result) && result.wire.length > 0)
        .map((result) => `TRACE  ${result.check}\n${writeTrace(result)}`)
    : [];
  const counts = OUTCOMES.filter((outcome) => summary[outcome] > 0)
    .map((outcome) => `${summary[outcome]} ${outcome}`)
    .join(', ');
  const seed = report.options.shuffle ? `, seed ${report.options.seed}` : '';
  const fault = summary.fault === undefined ? [] : [`fault: ${summary.fault}`];
  const flaky = report.results
    .filter((result) => result.flaky !== undefined)
    .map((result) => `flaky: ${result.check} (${result.flaky?.join(', ')})`);
  const { file = '', faults = [] } = report.expectations ?? {};
  const misfits = faults.map((misfit) => `expected failures: ${file}: ${misfit}`);
  return [
    ...blocks,
    ...traces,
    [
      ...flaky,
      ...misfits,
      ...fault,
      ...(summary.exitCode === 4
        ? ['nothing was executed: no check was chosen, or none could run']
        : []),
      `${target.meta.name} ${target.meta.version}: ${counts} of ${summary.total} (${summary.durationMs} ms${seed})`,
      '',
    ].join('\n'),
  ].join('\n');
}

function isBad(result: ReportedResult): boolean {
  return BAD.has(result.outcome);
}
