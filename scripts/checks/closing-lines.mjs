// @ts-check
// The end of the log, which alone is kept where logs are cut: what took long, what failed, the sum.

/** @typedef {import('./judge.mjs').Judgement} Judgement */
/** @typedef {Judgement & { name: string, seconds: number }} Result */

/** At most so many of each are listed. */
const SLOWEST = 10;
const FAILURES_OF_A_STEP = 6;

/** What is printed last, in lines. @param {readonly Result[]} results */
export function writeClosing(results) {
  const failed = results.filter((result) => result.failed > 0);
  const passedChecks = results.reduce((sum, { passed }) => sum + passed, 0);
  const failedChecks = failed.reduce((sum, result) => sum + result.failed, 0);
  return [
    '\nSlowest, in seconds:\n',
    ...listSlowest(results).map((line) => `${line}\n`),
    failed.length === 0 ? '\n' : '\nFailed:\n',
    ...failed.map((result) => `${describeFailed(result)}\n`),
    `${passedChecks} passed, ${failedChecks} failed\n`,
  ].join('');
}

/** @param {readonly Result[]} results */
function listSlowest(results) {
  return results
    .flatMap(({ name, seconds, timed }) => [{ name, seconds }, ...timed])
    .toSorted((one, other) => other.seconds - one.seconds)
    .slice(0, SLOWEST)
    .map(({ name, seconds }) => `${seconds.toFixed(1).padStart(7)}  ${name}`);
}

/** @param {Result} result */
function describeFailed({ name, failures }) {
  const shown = failures.slice(0, FAILURES_OF_A_STEP).map((failure) => `  ${failure}`);
  const left = failures.length - shown.length;
  return [`── ${name}`, ...shown, ...(left > 0 ? [`  and ${left} more`] : [])].join('\n');
}
