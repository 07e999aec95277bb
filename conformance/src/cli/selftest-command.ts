import { removeEachAssertion } from '../selftest/delete-assertions.ts';
import { findGaps } from '../selftest/coverage.ts';
import { countFigures } from '../selftest/figures.ts';
import type { SelftestFigures } from '../selftest/figures.ts';
import type { SelftestVerdict } from '../selftest/judge-mutant.ts';
import { buildMatrices } from '../selftest/matrix.ts';
import { writeMatrixHtml } from '../selftest/matrix-html.ts';
import {
  listModuleMutants,
  removeModuleAssertions,
  runModuleSelftest,
} from '../selftest/module-selftest.ts';
import type { ModuleSelftest } from '../selftest/module-selftest.ts';
import { runSelftest } from '../selftest/run-selftest.ts';
import type { Judged } from '../selftest/run-selftest.ts';
import { UsageError } from './command-error.ts';
import type { Output } from './command-error.ts';
import { parseFlags } from './flags.ts';
import type { Flags } from './flags.ts';
import { writeReportFile } from './report-file.ts';

/** Milliseconds for each check; only checks that fail take that long. */
const SELFTEST_BUDGET = 2000;

/** `selftest`: judges the kit by broken servers. Exit code 0 where all is as declared, else 1. */
export async function selftestCommand(args: readonly string[], output: Output): Promise<number> {
  const flags = parseFlags(args, [
    ...(['mutant', 'budget', 'reporter', 'matrix', 'exhaustive', 'delete-assertions'] as const),
  ]);
  const other = flags.reporters.find(({ kind }) => kind !== 'terminal' && kind !== 'json');
  if (other !== undefined) {
    throw new UsageError(`--reporter of selftest takes terminal or json, got "${other.kind}"`);
  }
  const [extra] = flags.positional;
  if (extra !== undefined) throw new UsageError(`selftest takes no argument, got "${extra}"`);
  const began = performance.now();
  const budget = args.some((arg) => arg.startsWith('--budget')) ? flags.budget : SELFTEST_BUDGET;
  const ofModules = await listModuleMutants();
  const servers = flags.mutants.filter((id) => !ofModules.includes(id));
  const needsServers = flags.mutants.length === 0 || servers.length > 0;
  // Modules are judged in this process, while others judge servers.
  const [modules, judged] = await Promise.all([
    runModules(flags, ofModules, output),
    needsServers ? run({ ...flags, mutants: servers }, budget, output) : [],
  ]);
  const isWhole = flags.mutants.length === 0;
  const gaps = isWhole ? findGaps(judged) : undefined;
  if (gaps !== undefined) output.out(`\n${gaps.text}`);
  if (isWhole)
    output.out(`\n${modules.table}${modules.gaps.map((gap) => `GAP     ${gap}\n`).join('')}`);
  const removal = flags.deleteAssertions ? await removeAll(judged, budget, output) : undefined;
  const durationMs = Math.round(performance.now() - began);
  const all = [...modules.judged, ...judged].map(({ verdict }) => verdict);
  const bad = all.filter(({ faults }) => faults.length > 0).length;
  const told = `${all.length - bad} of ${all.length} as declared`;
  output.out(`\n${told} (${Math.round(durationMs / 1000)} s, budget ${budget} ms)\n`);
  const summary = {
    total: all.length,
    killed: all.length - bad,
    survived: bad,
    durationMs,
  };
  await report({ flags, judged, modules, removal, summary }, output);
  const isRed =
    bad > 0 ||
    modules.gaps.length > 0 ||
    (gaps?.faults.length ?? 0) > 0 ||
    removal?.isComplete === false;
  return isRed ? 1 : 0;
}

interface Outcome {
  readonly flags: Flags;
  readonly judged: readonly Judged[];
  readonly modules: ModuleSelftest;
  readonly removal: Removals | undefined;
  readonly summary: object;
}

async function report(
  { flags, judged, modules, removal, summary }: Outcome,
  output: Output,
): Promise<void> {
  if (flags.matrix !== undefined) {
    const matrices = await buildMatrices(judged, modules.judged);
    writeReportFile(flags.matrix, writeMatrixHtml(matrices));
  }
  for (const { kind, file } of flags.reporters) {
    if (kind !== 'json') continue;
    const verdicts = [...modules.judged, ...judged].map(({ verdict }) => verdict);
    const failed = verdicts.flatMap((verdict) => verdict.failed);
    const isWhole = flags.mutants.length === 0;
    const figures = isWhole ? { figures: await countFigures(failed, removal?.figures) } : {};
    const whole = { summary, ...figures, verdicts };
    const text = `${JSON.stringify(whole, null, 2)}\n`;
    if (file === undefined) output.out(text);
    else writeReportFile(file, text);
  }
}

/** Milliseconds for everything that a module is waited for. */
const MODULE_BUDGET = 1000;

/** The part of the self-test that needs no server. */
function runModules(
  flags: Flags,
  known: readonly string[],
  output: Output,
): Promise<ModuleSelftest> {
  const only = flags.mutants.filter((id) => known.includes(id));
  if (flags.mutants.length > 0 && only.length === 0) {
    return Promise.resolve({ judged: [], gaps: [], table: '' });
  }
  const onVerdict = (verdict: SelftestVerdict): void => output.out(writeVerdict(verdict));
  return runModuleSelftest({ only, budget: MODULE_BUDGET, onVerdict });
}

/** What the removal of all assertions, one at a time, has shown. */
interface Removals {
  readonly figures: NonNullable<SelftestFigures['removal']>;
  /** False where an assertion can be taken out and nothing explains why nobody notices. */
  readonly isComplete: boolean;
}

async function removeAll(
  judged: readonly Judged[],
  budget: number,
  output: Output,
): Promise<Removals> {
  const { assertions, survivors } = await removeModuleAssertions(MODULE_BUDGET);
  const noticed = assertions - survivors.length;
  output.out(`\n${noticed} of ${assertions} assertions about modules are missed when removed\n`);
  for (const site of survivors) output.out(`SURVIVES  ${site}\n`);
  const server = await removeEachAssertion(judged, budget);
  output.out(`\n${server.text}`);
  for (const fault of server.faults) output.out(`SURVIVES  ${fault}\n`);
  const left = survivors.map((assertion) => ({ assertion, reason: '' }));
  return {
    figures: { server: server.figures, modules: { assertions, noticed, survivors: left } },
    isComplete: survivors.length === 0 && server.faults.length === 0,
  };
}

async function run(flags: Flags, budget: number, output: Output): Promise<readonly Judged[]> {
  try {
    return await runSelftest({
      only: flags.mutants,
      budget,
      exhaustive: flags.exhaustive,
      onVerdict: (verdict) => output.out(writeVerdict(verdict)),
    });
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--mutant: ${error.message}`);
    throw error;
  }
}

function writeVerdict({ id, defect, failed, faults }: SelftestVerdict): string {
  const shown =
    failed.slice(0, 8).join(', ') + (failed.length > 8 ? `, … ${failed.length} in all` : '');
  const caught = failed.length === 0 ? '' : ` [${shown}]`;
  if (faults.length === 0) return `ok      ${id}  ${defect}${caught}\n`;
  return `WRONG   ${id}  ${defect}\n${faults.map((fault) => `          ${fault}\n`).join('')}`;
}
