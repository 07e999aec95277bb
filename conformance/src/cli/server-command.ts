import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ServerCheck } from '../check.ts';
import { runSuite } from '../engine/run-suite.ts';
import type { CheckResult, SuiteRun } from '../engine/run-suite.ts';
import { selectChecks } from '../engine/select-checks.ts';
import { writeJson } from '../report/json-reporter.ts';
import { buildReport } from '../report/report.ts';
import type { Report } from '../report/report.ts';
import { writeProgress, writeSummary } from '../report/terminal-reporter.ts';
import { RULES } from '../rules.gen.ts';
import { findRule } from '../rules.ts';
import { serverSuite } from '../suites/server/suite.ts';
import { quoteForShell } from '../wire/escape-bytes.ts';
import { UsageError } from './command-error.ts';
import type { Output } from './command-error.ts';
import { DEFAULT_BUDGET, parseFlags } from './flags.ts';
import type { Flags } from './flags.ts';
import { writeReportFile } from './report-file.ts';

const BINARY = new URL('../../bin/tsgi-conformance.mjs', import.meta.url).pathname;

/** `server ADAPTER.mjs`: judges a server. Returns the exit code. */
export async function serverCommand(args: readonly string[], output: Output): Promise<number> {
  const flags = parseFlags(args, [
    ...(['reporter', 'run', 'skip', 'profile', 'level'] as const),
    ...(['seed', 'shuffle', 'repeat', 'budget', 'trace'] as const),
  ]);
  return judge(flags, serverSuite, output);
}

/** `smoke ADAPTER.mjs`: tells whether the adapter works, before any verdict on the server. */
export async function smokeCommand(args: readonly string[], output: Output): Promise<number> {
  const flags = parseFlags(args, ['reporter', 'budget', 'trace']);
  const first = serverSuite.filter(({ id }) => id.startsWith('BOOT-') || id.startsWith('ADP-'));
  return judge(flags, first, output);
}

async function judge(flags: Flags, suite: readonly ServerCheck[], output: Output): Promise<number> {
  const adapter = readAdapterPath(flags);
  const selected = selectChecks(suite, flags);
  const toTerminal = flags.reporters.some(({ kind }) => kind === 'terminal');
  const began = performance.now();
  const run = await runSuite(selected, {
    adapterUrl: urlOfAdapter(adapter),
    budget: flags.budget,
    threshold: flags.level,
    ...(flags.shuffle ? { seed: flags.seed } : {}),
    repeat: flags.repeat,
    ...(toTerminal ? { onResult: (result) => output.out(writeProgress(result)) } : {}),
  });
  if (run.notAnAdapter === true) {
    throw new UsageError(`ADAPTER ${adapter} is no adapter: ${run.fault ?? ''}`);
  }
  const report = buildReport({
    kitVersion: readKitVersion(),
    requested: { adapter, ...pickRequested(flags) },
    suite: suite === serverSuite ? withUnchecked(run) : run,
    durationMs: performance.now() - began,
    reproduce: (check) => writeReproduction(adapter, check, flags),
  });
  emit(report, flags, output);
  return report.summary.exitCode;
}

function readAdapterPath({ positional }: Flags): string {
  const [adapter, extra] = positional;
  if (adapter === undefined) throw new UsageError('ADAPTER is missing: name a module');
  if (extra !== undefined) throw new UsageError(`one ADAPTER is taken, got a second: "${extra}"`);
  const [path = ''] = adapter.split('?');
  if (!existsSync(path)) throw new UsageError(`ADAPTER "${path}" does not exist`);
  return adapter;
}

/** What follows a question mark goes to the adapter, as the query of its module URL. */
function urlOfAdapter(adapter: string): string {
  const [path = '', ...query] = adapter.split('?');
  const { href } = pathToFileURL(resolve(path));
  return query.length === 0 ? href : `${href}?${query.join('?')}`;
}

function pickRequested(flags: Flags): Report['options'] & Pick<Report, 'profiles'> {
  const { profiles, run, skip, level, seed, shuffle, repeat, budget } = flags;
  return { profiles, run, skip, level, seed, shuffle, repeat, budget };
}

function emit(report: Report, flags: Flags, output: Output): void {
  for (const { kind, file } of flags.reporters) {
    if (kind === 'terminal') output.out(`\n${writeSummary(report, flags.trace)}`);
    else if (file === undefined) output.out(writeJson(report));
    else writeReportFile(file, writeJson(report));
  }
}

/** Rules that nothing here decides are results too, so that nobody takes them for checked. */
function withUnchecked(run: SuiteRun): SuiteRun {
  const checked = new Set(run.results.map(({ rule }) => rule.id));
  const unchecked = Object.values(RULES).flatMap((rule): readonly CheckResult[] => {
    const known = findRule(rule.id);
    if (rule.role !== 'server' || rule.status !== 'active' || !known) return [];
    if (checked.has(rule.id)) return [];
    const reason = rule.testable ? 'unimplemented-by-harness' : 'untestable';
    const title = rule.why ?? 'this kit has no check of the rule';
    return [{ check: `${rule.id}.none`, rule: known, title, outcome: 'skip', reason }];
  });
  return { ...run, results: [...run.results, ...unchecked] };
}

function writeReproduction(adapter: string, check: string, flags: Flags): string {
  const words = ['node', relativePath(BINARY), 'server', adapter, '--run', check, '--trace'];
  if (flags.budget !== DEFAULT_BUDGET) words.push('--budget', String(flags.budget));
  if (flags.level !== 'must') words.push('--level', flags.level);
  return words.map(quoteForShell).join(' ');
}

function relativePath(path: string): string {
  const shorter = relative('.', path);
  return shorter.length < path.length ? shorter : path;
}

function readKitVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
