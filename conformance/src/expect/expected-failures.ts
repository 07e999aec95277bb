/** Rule 1: an expected failure excuses exactly what it names; whatever it does not fit is a fault. */
import type { CheckResult } from '../engine/run-suite.ts';
import { matchesGlob } from '../engine/select-checks.ts';
import type { SkipReason } from '../outcome.ts';
import type { Expectation } from './parse-expectations.ts';

/** What a file of expected failures is judged by. */
export interface ExpectationContext {
  /** The ids of all checks that there are, whether they were run or not. */
  readonly known: readonly string[];
  /** Today, as `YYYY-MM-DD`. */
  readonly today: string;
}

/** Stands in the place of a reason until somebody writes one; nobody is excused by it. */
export const UNWRITTEN = '(to be written)';

/** A glob that fits more checks says too little. */
const MAX_HITS = 20;
/** Nobody need wait long for what is not expected to come. */
const VAIN = 250;
/** How often a check runs whose outcome is expected to change. */
const FLAKY_RUNS = 3;
/** These say nothing about the server: the check was not asked for. */
const NOT_ASKED: ReadonlySet<SkipReason | undefined> = new Set(['filtered', 'profile'] as const);

/** The expected failures of one run, and what turns out to be wrong with them. */
export class ExpectedFailures {
  readonly #entries: readonly Expectation[];
  readonly #faults: string[];

  constructor(entries: readonly Expectation[], context: ExpectationContext) {
    this.#entries = entries;
    this.#faults = entries.flatMap((entry) => faultsOf(entry, entries, context));
  }

  /** What does not fit, by the line of the file; complete once the suite has run. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /** How often a check runs at least: a flaky one is not judged by a single run. */
  runsOf(check: string): number {
    return this.#find(check)?.expected === 'flaky' ? FLAKY_RUNS : 1;
  }

  /** Milliseconds after which a check has waited in vain, where it is expected to do so. */
  waitOf(check: string): number | undefined {
    const match = this.#find(check)?.match;
    return match?.startsWith('awaited event') === true ? VAIN : undefined;
  }

  /** Makes an expected failure `xfail`, and a pass that was expected to fail `xpass`. */
  revise(result: CheckResult): CheckResult {
    const entry = this.#find(result.check);
    if (entry === undefined) return result;
    const { outcome, fault } = judge(result, entry);
    if (fault !== undefined) this.#faults.push(`line ${entry.line}: ${result.check} ${fault}`);
    const { flaky, ...rest } = result;
    const told = flaky === undefined || entry.expected === 'flaky' ? {} : { flaky };
    if (outcome === result.outcome) return { ...rest, ...told };
    const expectation = { reason: entry.reason, line: entry.line };
    return { ...rest, ...told, outcome, expectation };
  }

  #find(check: string): Expectation | undefined {
    return this.#entries.find(({ glob }) => matchesGlob(check, glob));
  }
}

function faultsOf(
  { line, glob, until, reason }: Expectation,
  entries: readonly Expectation[],
  { known, today }: ExpectationContext,
): string[] {
  const hits = known.filter((id) => matchesGlob(id, glob));
  const faults: string[] = [];
  if (hits.length === 0) faults.push(`line ${line}: ${glob} is no check`);
  if (hits.length > MAX_HITS) {
    faults.push(`line ${line}: ${glob} fits ${hits.length} checks, more than ${MAX_HITS}`);
  }
  if (until !== undefined && until < today) {
    faults.push(`line ${line}: ${glob} counted until ${until} only`);
  }
  if (reason === UNWRITTEN) faults.push(`line ${line}: ${glob} has no reason yet`);
  const before = entries.filter((other) => other.line < line);
  const twice = hits.find((id) => before.some((other) => matchesGlob(id, other.glob)));
  if (twice !== undefined) faults.push(`line ${line}: ${twice} is in an earlier line as well`);
  return faults;
}

interface Judgement {
  readonly outcome: CheckResult['outcome'];
  readonly fault?: string;
}

function judge(result: CheckResult, { expected, match }: Expectation): Judgement {
  const { outcome, reason, message = '' } = result;
  switch (outcome) {
    case 'fail':
    case 'warn': {
      if (match === undefined || message.startsWith(match)) return { outcome: 'xfail' };
      return { outcome, fault: `fails otherwise: ${message}` };
    }
    case 'pass':
    case 'info':
      return expected === 'flaky' ? { outcome } : { outcome: 'xpass', fault: 'passes' };
    case 'skip':
      return NOT_ASKED.has(reason) ? { outcome } : { outcome, fault: `is skipped: ${reason}` };
    default:
      return { outcome };
  }
}
