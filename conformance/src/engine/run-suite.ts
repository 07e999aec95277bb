import type { CheckId, ServerCheck } from '../check.ts';
import type { Capability, Outcome, SkipReason } from '../outcome.ts';
import { ruleOfCheck } from '../rules.ts';
import type { CheckedRule } from '../rules.ts';
import { AdapterUnusable } from '../target/target-host.ts';
import type { Target } from '../target/target.ts';
import type { AdapterMeta } from '../target/adapter.ts';
import { runCheck } from './run-check.ts';
import type { CheckRun, RunSettings } from './run-check.ts';
import { needsOf, orderChecks, requirementsOf } from './select-checks.ts';
import type { SelectedCheck } from './select-checks.ts';

/** The result of one check, or of a rule that no check can decide. */
export interface CheckResult extends Partial<CheckRun> {
  readonly check: string;
  readonly rule: CheckedRule;
  readonly title: string;
  readonly outcome: Outcome;
  /** Why it was skipped. */
  readonly reason?: SkipReason;
  /** The check whose outcome blocks this one. */
  readonly blockedBy?: string;
  /** The line of the file of expected failures that speaks of it. */
  readonly expectation?: { readonly reason: string; readonly line: number };
  /** All outcomes of a repeated check, where they differ. */
  readonly flaky?: readonly Outcome[];
}

/** How a whole suite is to be run. */
export interface SuiteOptions extends RunSettings {
  /** A new target; asked for again when one is lost. */
  readonly openTarget: () => Target;
  /** Absent for sorted order. */
  readonly seed?: number;
  readonly repeat: number;
  /** How often a check runs at least; once where absent. */
  readonly runsOf?: (check: string) => number;
  /** What becomes of a result in the light of what was expected. */
  readonly revise?: (result: CheckResult) => CheckResult;
  /** Called with each result as it comes, once for each check. */
  readonly onResult?: (result: CheckResult) => void;
}

/** What came of a suite. */
export interface SuiteRun {
  readonly meta: AdapterMeta;
  readonly results: readonly CheckResult[];
  /** Why nothing could be run at all. */
  readonly fault?: string;
  /** The module is there, but is no adapter; the fault says why. */
  readonly notAnAdapter?: boolean;
}

/** How many checks in a row may lose the server thread before the rest of a suite is not run. */
const MAX_LOSSES = 5;

/** Runs the selected checks one after the other and decides about those that cannot run. */
export async function runSuite(
  selected: readonly SelectedCheck[],
  options: SuiteOptions,
): Promise<SuiteRun> {
  const chosen = selected.filter(({ left }) => left === undefined).map(({ check }) => check);
  const session = new Session(options);
  try {
    if (chosen.length > 0) await session.begin();
    const results = await session.runAll(orderChecks(chosen, options.seed));
    const left = selected.flatMap(({ check, left: reason, note }) =>
      reason === undefined ? [] : [skip(check, reason, note)],
    );
    return { meta: session.meta, results: [...results, ...left] };
  } catch (error) {
    const results = selected.map(({ check, left: reason, note }) =>
      reason === undefined ? describe(check, { outcome: 'notrun' }) : skip(check, reason, note),
    );
    const fault = error instanceof Error ? error.message : String(error);
    const notAnAdapter = error instanceof AdapterUnusable && error.reason === 'shape';
    return { meta: session.meta, results, fault, notAnAdapter };
  } finally {
    await session.end();
  }
}

class Session {
  readonly #options: SuiteOptions;
  readonly #decided = new Map<CheckId, CheckResult>();
  readonly #absent = new Set<Capability>();
  #host: Target;
  #losses = 0;

  constructor(options: SuiteOptions) {
    this.#options = options;
    this.#host = options.openTarget();
  }

  get meta(): AdapterMeta {
    return this.#host.meta;
  }

  async begin(): Promise<void> {
    await this.#host.ready(this.#options.budget * 3);
  }

  async end(): Promise<void> {
    await this.#host.terminate();
  }

  async runAll(checks: readonly ServerCheck[]): Promise<readonly CheckResult[]> {
    const results: CheckResult[] = [];
    for (const check of checks) {
      const result = this.#revise(await this.#decide(check));
      this.#decided.set(check.id, result);
      this.#options.onResult?.(result);
      results.push(result);
    }
    return results;
  }

  #revise(result: CheckResult): CheckResult {
    return this.#options.revise?.(result) ?? result;
  }

  async #decide(check: ServerCheck): Promise<CheckResult> {
    const absent = requirementsOf(check).find((name) => this.#absent.has(name));
    if (absent !== undefined) return skip(check, `capability:${absent}`);
    const blockedBy = needsOf(check).find((id) => !isGood(this.#decided.get(id)?.outcome));
    if (blockedBy !== undefined) {
      const { reason } = this.#decided.get(blockedBy) ?? {};
      if (reason !== undefined) return skip(check, reason);
      return describe(check, { outcome: 'blocked', blockedBy });
    }
    const runs: CheckRun[] = [];
    const { repeat, runsOf } = this.#options;
    const rounds = Math.max(repeat, runsOf?.(check.id) ?? 1);
    for (let round = 0; round < rounds; round += 1) {
      if (!(await this.#revive())) return describe(check, { outcome: 'notrun' });
      runs.push(await runCheck(check, this.#host, this.#options));
    }
    const result = merge(check, runs);
    return check.probes === undefined ? result : this.#probe(check.probes, check, result);
  }

  /** What the adapter claims of a capability, against what its probe found. */
  #probe(name: Capability, check: ServerCheck, result: CheckResult): CheckResult {
    const claim = this.#host.capabilities[name];
    const present = result.outcome === 'pass';
    // Where nobody can look, what the adapter denies is absent.
    const isUnseen = result.outcome === 'skip' && claim === false;
    if (isUnseen || (result.outcome === 'fail' && claim !== true)) {
      this.#absent.add(name);
      return skip(check, `capability:${name}`);
    }
    if (!present || claim !== false) return result;
    const message = `the adapter says that ${name} is absent, but it is there`;
    return { ...result, outcome: 'warn', message };
  }

  /** Makes sure that there is a server thread; false once too many were lost. */
  async #revive(): Promise<boolean> {
    if (this.#host.alive) {
      this.#losses = 0;
      return true;
    }
    this.#losses += 1;
    if (this.#losses > MAX_LOSSES) return false;
    await this.#host.terminate();
    this.#host = this.#options.openTarget();
    try {
      await this.begin();
      return true;
    } catch {
      return false;
    }
  }
}

function isGood(outcome: Outcome | undefined): boolean {
  return outcome === 'pass' || outcome === 'info' || outcome === 'warn' || outcome === 'xfail';
}

function describe(
  check: ServerCheck,
  rest: Omit<CheckResult, 'check' | 'rule' | 'title'>,
): CheckResult {
  return { check: check.id, rule: ruleOfCheck(check.id), title: check.title, ...rest };
}

function skip(check: ServerCheck, reason: SkipReason, message?: string): CheckResult {
  const told = message === undefined ? {} : { message };
  return describe(check, { outcome: 'skip', reason, ...told });
}

/** The worst of several runs; outcomes that differ are told. */
function merge(check: ServerCheck, runs: readonly CheckRun[]): CheckResult {
  const order: readonly Outcome[] = ['error', 'fail', 'warn', 'info', 'pass', 'skip'];
  const outcomes = runs.map(({ outcome }) => outcome);
  const worst = order.find((outcome) => outcomes.includes(outcome)) ?? 'error';
  const run = runs.find(({ outcome }) => outcome === worst);
  const flaky = new Set(outcomes).size > 1 ? { flaky: outcomes } : {};
  return describe(check, { ...run, outcome: worst, ...flaky });
}
