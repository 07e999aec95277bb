import { availableParallelism } from 'node:os';
import { measureSlowness } from '../engine/patient-timer.ts';
import type { Answer } from './assignment.ts';
import { loadCatalogue } from './broken-server.ts';
import type { BrokenServer, MutantCatalogue } from './broken-server.ts';
import { Crew } from './crew.ts';
import { isRefusal, judgeHarness, judgeMutant, judgeVariant } from './judge-mutant.ts';
import type { SelftestVerdict } from './judge-mutant.ts';
import { traceReference } from './reach.ts';
import type { Reach } from './reach.ts';

/** How the self-test is to be run. */
export interface SelftestOptions {
  /** Ids of mutants, variants or harnesses; everything where empty. */
  readonly only: readonly string[];
  /** Milliseconds for each check; only failing ones take that long. */
  readonly budget: number;
  /** True where every check meets every mutant, also those that it cannot tell from the reference. */
  readonly exhaustive: boolean;
  readonly onVerdict: (verdict: SelftestVerdict) => void;
}

/** What one task of the self-test came to. */
export interface Judged {
  readonly verdict: SelftestVerdict;
  readonly answer: Answer;
}

/** One thing to run and how to judge it. */
interface Task {
  readonly id: string;
  readonly adapter: string;
  /** The checks that can say anything about it; all where absent. */
  readonly checks?: readonly string[] | undefined;
  /** Those that are to wait in vain. */
  readonly vain?: readonly string[];
  /** Whether nothing else may run in its process. */
  readonly isAlone?: boolean;
  readonly judge: (answer: Answer) => SelftestVerdict;
}

const REFERENCE = { id: 'reference', defect: 'none: the unchanged server' };

/** Suites that a process runs at a time: a suite waits for most of its time. */
const EACH = 3;

/** Milliseconds that the reference takes on a machine that is quick enough for the budget given. */
const QUICK = 18_000;

/** Runs the reference, the legal variants, the mutants and the faulty harnesses. */
export async function runSelftest(options: SelftestOptions): Promise<readonly Judged[]> {
  const catalogue = await loadCatalogue();
  const { only } = options;
  const known = listIds(catalogue);
  const unknown = only.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new RangeError(`no mutant has the id "${unknown}"`);
  const crew = new Crew({ processes: availableParallelism(), each: EACH });
  const cell = new Crew({ processes: 1, each: 1 });
  try {
    const began = performance.now();
    const { answer, reach } = await traceReference(crew, options.budget);
    // What others do on the machine counts as long as they do it, wherever time is measured.
    const slowness = Math.max(1, (performance.now() - began) / QUICK / measureSlowness());
    const reference = { verdict: judgeVariant(REFERENCE, answer), answer };
    const isAsked = only.length === 0 || only.includes('reference');
    if (isAsked) options.onVerdict(reference.verdict);
    const omitted = new Set(answer.results.filter(isRefusal).map(({ check }) => check));
    const tasks = listTasks(catalogue, { reach: options.exhaustive ? undefined : reach, omitted });
    const chosen = tasks.filter(({ id }) => only.length === 0 || only.includes(id));
    const budget = Math.round(options.budget * slowness);
    const rest = await Promise.all(
      chosen.map((task) => {
        const by = task.isAlone === true ? cell : crew;
        return run(task, { crew: by, budget, onVerdict: options.onVerdict });
      }),
    );
    return isAsked ? [reference, ...rest] : rest;
  } finally {
    crew.dismiss();
    cell.dismiss();
  }
}

async function run(
  { adapter, checks, vain = [], judge }: Task,
  { crew, budget, onVerdict }: { crew: Crew; budget: number } & Pick<SelftestOptions, 'onVerdict'>,
): Promise<Judged> {
  const some = checks === undefined ? {} : { checks };
  let answer = await crew.perform({ kind: 'suite', adapter, budget, vain, ...some });
  let verdict = judge(answer);
  if (verdict.faults.length > 0 && vain.length > 0) {
    // Waits that were cut short can confirm what is declared, but only whole ones can contradict it.
    const whole = await crew.perform({ kind: 'suite', adapter, budget, checks: vain });
    const results = answer.results.map((result) =>
      vain.includes(result.check)
        ? (whole.results.find(({ check }) => check === result.check) ?? result)
        : result,
    );
    answer = { ...answer, results, reached: [...answer.reached, ...whole.reached] };
    verdict = judge(answer);
  }
  onVerdict(verdict);
  return { verdict, answer };
}

function listIds({ mutants, variants, harnesses }: MutantCatalogue): readonly string[] {
  return ['reference', ...[...mutants, ...variants, ...harnesses].map(({ id }) => id)];
}

function serverWith(id: string): string {
  return `adapters/seam-server.mjs?mutant=${id}`;
}

/** The checks that a mutant can change, and those that it is said to change. */
function checksOf(mutant: BrokenServer, reach: Reach): readonly string[] {
  return [...new Set([...(reach.get(mutant.id) ?? []), ...Object.keys(mutant.fails)])];
}

function vainOf({ fails }: BrokenServer): readonly string[] {
  return Object.entries(fails).flatMap(([check, message = '']) =>
    message.startsWith('awaited event') ? [check] : [],
  );
}

/** Mutants that take long come first, so that no process is left with one in the end. */
function listTasks(
  catalogue: MutantCatalogue,
  { reach, omitted }: { reach: Reach | undefined; omitted: ReadonlySet<string> },
): readonly Task[] {
  const { mutants, variants, harnesses } = catalogue;
  const tasks = [
    ...harnesses.map(
      (harness): Task => ({
        id: harness.id,
        adapter: `mutants/harness/${harness.file}`,
        judge: (answer) => judgeHarness(harness, answer),
      }),
    ),
    ...variants.map(
      (variant): Task => ({
        id: variant.id,
        adapter: serverWith(variant.id),
        judge: (answer) => judgeVariant(variant, answer),
      }),
    ),
    ...mutants.map(
      (mutant): Task => ({
        id: mutant.id,
        adapter: serverWith(mutant.id),
        checks: reach && checksOf(mutant, reach),
        vain: vainOf(mutant),
        isAlone: mutant.alone ?? false,
        judge: (answer) => judgeMutant(mutant, answer, omitted),
      }),
    ),
  ];
  const weight = ({ checks }: Task): number => checks?.length ?? Number.MAX_SAFE_INTEGER;
  return tasks.toSorted((one, other) => weight(other) - weight(one));
}
