import { availableParallelism } from 'node:os';
import type { ServerCheck } from '../check.ts';
import { runSuite } from '../engine/run-suite.ts';
import type { CheckResult } from '../engine/run-suite.ts';
import { selectChecks } from '../engine/select-checks.ts';
import { readExclusions } from '../expect/exclusions.ts';
import type { Expectation } from '../expect/parse-expectations.ts';
import { buildReport } from '../report/report.ts';
import type { Report } from '../report/report.ts';
import { withUnchecked } from '../report/unchecked.ts';
import { serverSuite } from '../suites/server/suite.ts';
import { quoteForShell } from '../wire/escape-bytes.ts';
import { UsageError } from './command-error.ts';
import type { Output } from './command-error.ts';
import { ExpectationsFile } from './expectations-file.ts';
import { DEFAULT_BUDGET } from './flags.ts';
import type { Flags } from './flags.ts';
import { KIT, writeBinary } from './kit-place.ts';
import { explainRun } from './load-hints.ts';
import { tellStrayGlobs } from './near-ids.ts';
import { ReportSink } from './report-sink.ts';
import { chooseTarget } from './server-target.ts';
import type { ChosenTarget } from './server-target.ts';

/** The flags that say what is judged in the place of an adapter. */
export const TARGET_FLAGS = ['cmd', 'protocol', 'url', 'ready', 'stop', 'validate'] as const;

/** How many checks run at a time on a machine with many processors. */
const MAX_JOBS = 4;

/** A verdict, and what it was reached with. */
export interface Judged {
  readonly report: Report;
  /** The file of expected failures, as it was read. */
  readonly expectations: readonly Expectation[];
}

/** What a server is judged by. */
export interface ServerOrder {
  readonly suite: readonly ServerCheck[];
  readonly output: Output;
  /** Told of every result as it is; nothing is expected to fail then, and a failure blocks nothing. */
  readonly observe?: (result: CheckResult) => void;
}

/** Judges a server by a suite and writes the reports that the flags ask for. */
export async function judgeServer(
  given: Flags,
  { suite, output, observe }: ServerOrder,
): Promise<Judged> {
  const chosen = await findTarget(given, observe !== undefined);
  const flags = given.run.length === 0 ? { ...given, run: chosen.only ?? [] } : given;
  const known = serverSuite.map(({ id }) => id);
  const expected = new ExpectationsFile(chosen.expect, known);
  tellStrayGlobs(given, known, output);
  const budget = flags.budget === DEFAULT_BUDGET ? (chosen.budget ?? DEFAULT_BUDGET) : flags.budget;
  const { profiles, ...options } = pickRequested({ ...flags, budget });
  const reproduce = (check: string): string => writeReproduction(chosen.words, check, flags);
  const target = { kind: 'server', adapter: chosen.name } as const;
  const sink = new ReportSink({
    reporters: flags.reporters,
    trace: flags.trace,
    output,
    reproduce,
    head: { ...KIT, target, profiles, options },
  });
  const began = performance.now();
  const ended = await runSuite(selectChecks(suite, { ...flags, excluded: readExclusions() }), {
    openTarget: chosen.openTarget,
    budget,
    threshold: flags.level,
    runsOf: expected.runsOf,
    waitOf: expected.waitOf,
    revise: observe === undefined ? expected.revise : passOn(observe),
    ...(flags.shuffle ? { seed: flags.seed } : {}),
    repeat: flags.repeat,
    jobs: chooseJobs(chosen, flags),
    onResult: sink.onResult,
  });
  if (ended.notAnAdapter === true) {
    throw new UsageError(`ADAPTER ${chosen.name} is no adapter: ${ended.fault ?? ''}`);
  }
  const run = explainRun(ended, chosen.name);
  const report = buildReport({
    kitVersion: KIT.kit.version,
    requested: { adapter: chosen.name, profiles, ...options },
    suite: suite === serverSuite ? { ...run, results: withUnchecked('server', run.results) } : run,
    durationMs: performance.now() - began,
    expectations: expected.reported,
    reproduce,
  });
  sink.end(report);
  return { report, expectations: expected.entries };
}

/** Where a run only observes, what the target lists as expected is nobody's business. */
async function findTarget(flags: Flags, isObserved: boolean): Promise<ChosenTarget> {
  const chosen = await chooseTarget(flags);
  return isObserved ? { ...chosen, expect: undefined } : chosen;
}

/** Servers of commands take their time to start, so that one for each processor is at work. */
function chooseJobs({ jobs }: ChosenTarget, flags: Flags): number {
  if (jobs === 'one' && (flags.jobs ?? 1) > 1) {
    throw new UsageError(`--jobs takes 1 for a server that runs already, got "${flags.jobs}"`);
  }
  if (flags.jobs !== undefined) return flags.jobs;
  return jobs === 'several' ? Math.min(MAX_JOBS, availableParallelism()) : 1;
}

function passOn(observe: (result: CheckResult) => void): (result: CheckResult) => CheckResult {
  return (result) => {
    observe(result);
    return result.outcome === 'fail' ? { ...result, outcome: 'xfail' } : result;
  };
}

function pickRequested(flags: Flags): Report['options'] & Pick<Report, 'profiles'> {
  const { profiles, run, skip, level, seed, shuffle, repeat, budget } = flags;
  return { profiles, run, skip, level, seed, shuffle, repeat, budget };
}

function writeReproduction(chosen: readonly string[], check: string, flags: Flags): string {
  const words = ['node', writeBinary(), 'server', ...chosen, '--run', check, '--trace'];
  const { expect } = flags.target;
  if (expect !== undefined) words.push('--expect', expect);
  if (flags.repeat !== 1) words.push('--repeat', String(flags.repeat));
  if (flags.budget !== DEFAULT_BUDGET) words.push('--budget', String(flags.budget));
  if (flags.level !== 'must') words.push('--level', flags.level);
  return words.map(quoteForShell).join(' ');
}
