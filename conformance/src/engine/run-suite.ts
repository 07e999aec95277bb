import type { CheckId, ServerCheck } from '../check.ts';
import type { Capability, Outcome, SkipReason } from '../outcome.ts';
import { ruleOfCheck } from '../rules.ts';
import type { CheckedRule } from '../rules.ts';
import { AdapterUnusable } from '../target/target-host.ts';
import type { AdapterMeta } from '../target/adapter.ts';
import { Lane } from './lane.ts';
import type { LaneOptions } from './lane.ts';
import type { CheckRun } from './run-check.ts';
import { needsOf, orderChecks, requirementsOf } from './select-checks.ts';
import type { SelectedCheck } from './select-checks.ts';

/** The result of one check, or of a rule that no check can decide. */
export interface CheckResult extends Partial<CheckRun> {
  /** The id of the check; a rule, a dot and `none` where no check can decide the rule. */
  readonly check: string;
  /** The rule that the check is tied to. */
  readonly rule: CheckedRule;
  /** What is checked, as a sentence; where no check decides the rule, why. */
  readonly title: string;
  /** The worst of all runs of the check; `xfail` or `xpass` where a failure was expected. */
  readonly outcome: Outcome;
  /** Why it was skipped. */
  readonly reason?: SkipReason;
  /** The check whose outcome blocks this one. */
  readonly blockedBy?: string;
  /** The line of the file of expected failures that speaks of it. */
  readonly expectation?: {
    /** Why the failure is expected, in the words of the file. */
    readonly reason: string;
    /** Counted from 1. */
    readonly line: number;
  };
  /** All outcomes of a repeated check, where they differ. */
  readonly flaky?: readonly Outcome[];
}

/** How a whole suite is to be run. */
export interface SuiteOptions extends LaneOptions {
  /** Absent for sorted order. */
  readonly seed?: number;
  /** How many targets there are, on which checks run at the same time; 1 where absent. */
  readonly jobs?: number;
  /** What becomes of a result in the light of what was expected. */
  readonly revise?: (result: CheckResult) => CheckResult;
  /** Called with each result as it comes, once for each check. */
  readonly onResult?: (result: CheckResult) => void;
}

/** What came of a suite. */
export interface SuiteRun {
  /** Who was judged; the version of a module is its profile, `unknown` where none was found. */
  readonly meta: AdapterMeta;
  /** One for each check of the suite, those that were left out included. */
  readonly results: readonly CheckResult[];
  /** Why nothing could be run at all. */
  readonly fault?: string;
  /** The module is there, but is no adapter; the fault says why. */
  readonly notAnAdapter?: boolean;
}

/** Runs the selected checks and decides about those that cannot run. */
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

/** The result of a check that is there, or is to come. */
class Expected {
  readonly result: Promise<CheckResult>;
  settle: (result: CheckResult) => void = () => undefined;
  fail: (error: unknown) => void = () => undefined;
  isThere = false;

  constructor() {
    this.result = new Promise((resolve, reject) => {
      this.settle = (result) => {
        this.isThere = true;
        resolve(result);
      };
      this.fail = reject;
    });
    // Who does not wait for it need not hear of it.
    this.result.catch(() => undefined);
  }
}

class Session {
  readonly #options: SuiteOptions;
  readonly #expected = new Map<CheckId, Expected>();
  readonly #absent = new Set<Capability>();
  /** Checks whose results others are waiting for. */
  readonly #urgent = new Set<CheckId>();
  readonly #lanes: readonly [Lane, ...Lane[]];

  constructor(options: SuiteOptions) {
    this.#options = options;
    const open = (): Lane => new Lane(options, () => this.#isAwaited());
    this.#lanes = [open(), ...Array.from({ length: (options.jobs ?? 1) - 1 }, open)];
  }

  get meta(): AdapterMeta {
    return this.#lanes[0].meta;
  }

  async begin(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.begin()));
  }

  async end(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.end()));
  }

  /** The results in the order of the checks, whichever lane they come from. */
  async runAll(checks: readonly ServerCheck[]): Promise<readonly CheckResult[]> {
    for (const { id } of checks) this.#expected.set(id, new Expected());
    const waiting = checks.values();
    const served = this.#lanes.map((lane) => this.#serve(lane, waiting));
    const [results] = await Promise.all([this.#report(), ...served]);
    return results;
  }

  /** Tells of each result once it is there and all before it have been told. */
  async #report(): Promise<readonly CheckResult[]> {
    const results: CheckResult[] = [];
    for (const { result } of this.#expected.values()) {
      results.push(await result);
      this.#options.onResult?.(await result);
    }
    return results;
  }

  /** A lane takes the next check when the one before is done, or waits for an end that they can share. */
  async #serve(lane: Lane, waiting: Iterator<ServerCheck> & Iterable<ServerCheck>): Promise<void> {
    const open: Promise<void>[] = [];
    for (const check of waiting) {
      await new Promise<void>((resolve) => {
        open.push(this.#settle(check, lane, resolve).finally(resolve));
      });
    }
    lane.finish();
    await Promise.all(open);
  }

  async #settle(check: ServerCheck, lane: Lane, onPark: () => void): Promise<void> {
    const expected = this.#expected.get(check.id);
    try {
      const result = await this.#decide(check, lane, onPark);
      expected?.settle(this.#options.revise?.(result) ?? result);
    } catch (error) {
      expected?.fail(error);
    }
  }

  async #decide(check: ServerCheck, lane: Lane, onPark: () => void): Promise<CheckResult> {
    const needs = needsOf(check);
    const found = new Map<CheckId, CheckResult | undefined>();
    for (const id of needs) found.set(id, await this.#resultOf(id));
    const absent = requirementsOf(check).find((name) => this.#absent.has(name));
    if (absent !== undefined) return skip(check, `capability:${absent}`);
    const blockedBy = needs.find((id) => !isGood(found.get(id)?.outcome));
    if (blockedBy !== undefined) {
      const { reason } = found.get(blockedBy) ?? {};
      if (reason !== undefined) return skip(check, reason);
      return describe(check, { outcome: 'blocked', blockedBy });
    }
    const runs = await lane.run(check, onPark);
    if (runs === undefined) return describe(check, { outcome: 'notrun' });
    const result = merge(check, runs);
    return check.probes === undefined ? result : this.#probe(check.probes, { lane, check, result });
  }

  /** The result of a check that another one needs; undefined where it is not among those that run. */
  async #resultOf(id: CheckId): Promise<CheckResult | undefined> {
    const expected = this.#expected.get(id);
    if (expected !== undefined && !expected.isThere) {
      this.#urgent.add(id);
      for (const lane of this.#lanes) lane.flush();
    }
    return expected?.result;
  }

  /** Whether some check waits for the result of another one. */
  #isAwaited(): boolean {
    return [...this.#urgent].some((id) => this.#expected.get(id)?.isThere === false);
  }

  /** What the adapter claims of a capability, against what its probe found. */
  #probe(name: Capability, { lane, check, result }: Probed): CheckResult {
    const claim = lane.claimOf(name);
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
}

/** The probe of a capability and what it found. */
interface Probed {
  readonly lane: Lane;
  readonly check: ServerCheck;
  readonly result: CheckResult;
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
