import { runSuite } from '../engine/run-suite.ts';
import type { SuiteRun } from '../engine/run-suite.ts';
import { selectChecks } from '../engine/select-checks.ts';
import { serverSuite } from '../suites/server/suite.ts';
import { loadCatalogue } from './broken-server.ts';
import { judgeHarness, judgeMutant, judgeVariant } from './judge-mutant.ts';
import type { SelftestVerdict } from './judge-mutant.ts';

/** How the self-test is to be run. */
export interface SelftestOptions {
  /** Ids of mutants, variants or harnesses; everything where empty. */
  readonly only: readonly string[];
  /** Milliseconds for each check; only failing ones take that long. */
  readonly budget: number;
  /** How many servers run at a time. */
  readonly parallel: number;
  readonly onVerdict: (verdict: SelftestVerdict) => void;
}

/** One thing to run and how to judge it. */
interface Task {
  readonly id: string;
  readonly adapter: string;
  readonly judge: (run: SuiteRun) => SelftestVerdict;
}

/** Runs the reference, the legal variants, the mutants and the faulty harnesses. */
export async function runSelftest(options: SelftestOptions): Promise<readonly SelftestVerdict[]> {
  const all = await listTasks();
  const unknown = options.only.find((id) => all.every((task) => task.id !== id));
  if (unknown !== undefined) throw new RangeError(`no mutant has the id "${unknown}"`);
  const tasks = all.filter(({ id }) => options.only.length === 0 || options.only.includes(id));
  const verdicts: SelftestVerdict[] = [];
  const waiting = [...tasks];
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const verdict = task.judge(await judgeAdapter(task.adapter, options.budget));
      verdicts.push(verdict);
      options.onVerdict(verdict);
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, work));
  return verdicts;
}

/** The whole suite against one adapter, with SHOULD rules taken as seriously as MUST rules. */
async function judgeAdapter(adapter: string, budget: number): Promise<SuiteRun> {
  const url = new URL(`../../${adapter}`, import.meta.url);
  const selected = selectChecks(serverSuite, { run: [], skip: [], profiles: [] });
  return runSuite(selected, { adapterUrl: url.href, budget, threshold: 'should', repeat: 1 });
}

async function listTasks(): Promise<readonly Task[]> {
  const { mutants, variants, harnesses } = await loadCatalogue();
  const reference = { id: 'reference', defect: 'none: the unchanged server' };
  return [
    {
      id: 'reference',
      adapter: 'adapters/seam-server.mjs',
      judge: (run) => judgeVariant(reference, run),
    },
    ...variants.map(
      (variant): Task => ({
        id: variant.id,
        adapter: `adapters/seam-server.mjs?mutant=${variant.id}`,
        judge: (run) => judgeVariant(variant, run),
      }),
    ),
    ...mutants.map(
      (mutant): Task => ({
        id: mutant.id,
        adapter: `adapters/seam-server.mjs?mutant=${mutant.id}`,
        judge: (run) => judgeMutant(mutant, run),
      }),
    ),
    ...harnesses.map(
      (harness): Task => ({
        id: harness.id,
        adapter: `mutants/harness/${harness.file}`,
        judge: (run) => judgeHarness(harness, run),
      }),
    ),
  ];
}
