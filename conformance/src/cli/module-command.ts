import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isSelected } from '../engine/run-module-suite.ts';
import type { ModuleSelection } from '../engine/run-module-suite.ts';
import { readExclusions } from '../expect/exclusions.ts';
import { buildReport } from '../report/report.ts';
import type { Report } from '../report/report.ts';
import { withUnchecked } from '../report/unchecked.ts';
import { PERSONALITIES } from '../suites/application/personalities.ts';
import type { ModuleOrder } from '../target/module-messages.ts';
import { runModule, suiteOf } from '../target/run-module.ts';
import { quoteForShell } from '../wire/escape-bytes.ts';
import { UsageError } from './command-error.ts';
import type { Output } from './command-error.ts';
import { ExpectationsFile } from './expectations-file.ts';
import { DEFAULT_BUDGET, parseFlags } from './flags.ts';
import type { Flags } from './flags.ts';
import type { Judged } from './judge-server.ts';
import { KIT, writeBinary } from './kit-place.ts';
import { tellStrayGlobs } from './near-ids.ts';
import { ReportSink } from './report-sink.ts';
import { explainRun } from './load-hints.ts';
import { checkModulePath } from './module-path.ts';
import { readRequestsFile } from './requests-file.ts';

type Kind = ModuleOrder['kind'];

/** How each kind of module is called on the command line. */
const COMMANDS: Readonly<Record<Kind, 'app' | 'middleware'>> = {
  application: 'app',
  middleware: 'middleware',
};

/** `app APP.mjs`: judges an application. Returns the exit code. */
export function appCommand(args: readonly string[], output: Output): Promise<number> {
  return moduleCommand('application', args, output);
}

/** `middleware MW.mjs`: judges a middleware. Returns the exit code. */
export function middlewareCommand(args: readonly string[], output: Output): Promise<number> {
  return moduleCommand('middleware', args, output);
}

/** `smoke app|middleware FILE`: tells whether the module can be loaded and answers at all. */
export function smokeModuleCommand(
  kind: Kind,
  args: readonly string[],
  output: Output,
): Promise<number> {
  const flags = parseFlags(args, ['reporter', 'requests', 'budget', 'trace']);
  return conclude(judgeModule(kind, { ...flags, run: ['BOOT-*'], personalities: ['P0'] }, output));
}

function moduleCommand(kind: Kind, args: readonly string[], output: Output): Promise<number> {
  const flags = parseFlags(args, [
    ...(['reporter', 'run', 'skip', 'profile', 'level', 'personality'] as const),
    ...(['requests', 'budget', 'trace', 'expect'] as const),
  ]);
  return conclude(judgeModule(kind, flags, output));
}

async function conclude(judged: Promise<Judged>): Promise<number> {
  const { report } = await judged;
  return report.summary.exitCode;
}

/** Judges a module and writes the reports that the flags ask for. */
export async function judgeModule(kind: Kind, flags: Flags, output: Output): Promise<Judged> {
  const file = readModulePath(kind, flags);
  const order: ModuleOrder = {
    kind,
    url: pathToFileURL(resolve(file)).href,
    name: file,
    selection: selectionOf(flags),
    budget: flags.budget,
    ...(flags.requests === undefined ? {} : { requests: readRequestsFile(flags.requests) }),
  };
  const known = suiteOf(kind).map(({ id }) => id);
  const expected = new ExpectationsFile(flags.target.expect, known);
  tellStrayGlobs(flags, known, output);
  const { profiles, ...options } = pickRequested(flags);
  const reproduce = (check: string): string => writeReproduction(kind, file, check, flags);
  const sink = new ReportSink({
    reporters: flags.reporters,
    trace: flags.trace,
    output,
    reproduce,
    head: { ...KIT, target: { kind, adapter: file }, profiles, options },
  });
  const began = performance.now();
  const ended = await runModule(order, (result) => sink.onResult(expected.revise(result)));
  const raw = explainRun(ended, file);
  const run = { ...raw, results: raw.results.map(expected.revise) };
  const isWhole = suiteOf(kind).every((check) => isSelected(check, order.selection));
  const report = buildReport({
    kitVersion: KIT.kit.version,
    kind,
    requested: { adapter: file, profiles, ...options },
    suite: isWhole ? { ...run, results: withUnchecked(kind, run.results) } : run,
    durationMs: performance.now() - began,
    expectations: expected.reported,
    reproduce,
  });
  sink.end(report);
  return { report, expectations: expected.entries };
}

function readModulePath(kind: Kind, { positional }: Flags): string {
  const [file, extra] = positional;
  const what = kind === 'application' ? 'APP' : 'MIDDLEWARE';
  if (file === undefined) throw new UsageError(`${what} is missing: name a module`);
  if (extra !== undefined) throw new UsageError(`one ${what} is taken, got a second: "${extra}"`);
  checkModulePath(what, file);
  return file;
}

function selectionOf({ run, skip, profiles, personalities, level }: Flags): ModuleSelection {
  const unknown = personalities.find((id) => PERSONALITIES.every((known) => known.id !== id));
  if (unknown !== undefined) {
    const known = PERSONALITIES.map(({ id }) => id).join(', ');
    throw new UsageError(`--personality takes ${known}, got "${unknown}"`);
  }
  const excluded = readExclusions();
  return { run, skip, profiles, personalities, threshold: level, excluded };
}

function pickRequested(flags: Flags): Report['options'] & Pick<Report, 'profiles'> {
  const { profiles, run, skip, level, seed, shuffle, repeat, budget } = flags;
  return { profiles, run, skip, level, seed, shuffle, repeat, budget };
}

function writeReproduction(kind: Kind, file: string, check: string, flags: Flags): string {
  const words = ['node', writeBinary(), COMMANDS[kind], file, '--run', check];
  if (flags.personalities.length > 0) words.push('--personality', flags.personalities.join(','));
  if (flags.requests !== undefined) words.push('--requests', flags.requests);
  const { expect } = flags.target;
  if (expect !== undefined) words.push('--expect', expect);
  if (flags.budget !== DEFAULT_BUDGET) words.push('--budget', String(flags.budget));
  if (flags.level !== 'must') words.push('--level', flags.level);
  return [...words, '--trace'].map(quoteForShell).join(' ');
}
