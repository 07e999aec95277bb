import { availableParallelism } from 'node:os';
import type { SelftestVerdict } from '../selftest/judge-mutant.ts';
import { runSelftest } from '../selftest/run-selftest.ts';
import { UsageError } from './command-error.ts';
import type { Output } from './command-error.ts';
import { parseFlags } from './flags.ts';
import { writeReportFile } from './report-file.ts';

/** Broken servers wait more than they compute, but too many make one another slow. */
const MAX_PARALLEL = 4;

/** Milliseconds for each check; only checks that fail take that long. */
const SELFTEST_BUDGET = 2000;

/** `selftest`: judges the kit by broken servers. Exit code 0 where all is as declared, else 1. */
export async function selftestCommand(args: readonly string[], output: Output): Promise<number> {
  const flags = parseFlags(args, ['mutant', 'budget', 'reporter']);
  const [extra] = flags.positional;
  if (extra !== undefined) throw new UsageError(`selftest takes no argument, got "${extra}"`);
  const began = performance.now();
  const budget = args.some((arg) => arg.startsWith('--budget')) ? flags.budget : SELFTEST_BUDGET;
  const verdicts = await run(flags.mutants, budget, output);
  const bad = verdicts.filter(({ faults }) => faults.length > 0).length;
  const caught = verdicts.length - bad;
  const durationMs = Math.round(performance.now() - began);
  const told = `${caught} of ${verdicts.length} as declared`;
  output.out(`\n${told} (${Math.round(durationMs / 1000)} s, budget ${budget} ms)\n`);
  const summary = { total: verdicts.length, killed: caught, survived: bad, durationMs };
  for (const { kind, file } of flags.reporters) {
    if (kind === 'json') writeMatrix({ summary, budget, verdicts }, file, output);
  }
  return bad === 0 ? 0 : 1;
}

async function run(
  only: readonly string[],
  budget: number,
  output: Output,
): Promise<readonly SelftestVerdict[]> {
  try {
    return await runSelftest({
      only,
      budget,
      parallel: Math.min(MAX_PARALLEL, availableParallelism() + 1),
      onVerdict: (verdict) => output.out(writeVerdict(verdict)),
    });
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--mutant: ${error.message}`);
    throw error;
  }
}

function writeVerdict({ id, defect, failed, faults }: SelftestVerdict): string {
  const caught = failed.length === 0 ? '' : ` [${failed.join(', ')}]`;
  if (faults.length === 0) return `ok      ${id}  ${defect}${caught}\n`;
  return `WRONG   ${id}  ${defect}\n${faults.map((fault) => `          ${fault}\n`).join('')}`;
}

/** The kill matrix: for each broken server the checks that failed. */
function writeMatrix(matrix: object, file: string | undefined, output: Output): void {
  const text = `${JSON.stringify(matrix, null, 2)}\n`;
  if (file === undefined) output.out(text);
  else writeReportFile(file, text);
}
