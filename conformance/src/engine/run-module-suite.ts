/** Rule 1: the verdict on one check of an application or a middleware is reached here. */
import type { Profile } from '@tsgi/types';
import type { Outcome } from '../outcome.ts';
import { ruleOfCheck } from '../rules.ts';
import { describeError } from '../target/host-messages.ts';
import { Assertions } from './assertions.ts';
import { CheckFailure, HarnessFault } from './failures.ts';
import { Bench } from './module-check.ts';
import type { ModuleCheck } from './module-check.ts';
import type { CheckRun, Threshold } from './run-check.ts';
import type { CheckResult } from './run-suite.ts';
import { matchesGlob } from './select-checks.ts';
import type { Selection } from './select-checks.ts';

/** Which checks of a suite run, and how a violation counts. */
export interface ModuleSelection extends Selection {
  /** Personalities by id; all where empty. */
  readonly personalities: readonly string[];
  /** Violations of SHOULD rules fail unless it is `must`, the default; those of MAY rules warn. */
  readonly threshold: Threshold;
}

/** Called before a check runs and with its result. */
export interface ModuleProgress {
  /** Called with the id of a check before it runs. */
  readonly onCheck?: ((id: string) => void) | undefined;
  /** Called with the result of a check that ran. */
  readonly onResult?: ((result: CheckResult) => void) | undefined;
}

/** What the checks of one run have in common. */
export interface ModuleRun<Session> extends ModuleProgress {
  readonly session: Session;
  readonly profile: Profile;
  readonly selection: ModuleSelection;
  /** Checks that are decided already. */
  readonly decided?: ReadonlySet<string> | undefined;
}

/** Judges a session by the selected checks, one after the other, in the order of their ids. */
export async function runModuleSuite<Session>(
  suite: readonly ModuleCheck<Session>[],
  run: ModuleRun<Session>,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of suite.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    if (run.decided?.has(check.id) === true) continue;
    const left = reasonToLeave(check, run);
    if (left === undefined) run.onCheck?.(check.id);
    const result = left ?? (await judge(check, run));
    if (left === undefined) run.onResult?.(result);
    results.push(result);
  }
  return results;
}

/** What `list` and the commands choose by. */
export function isSelected(
  { id, personalities }: Pick<ModuleCheck<never>, 'id' | 'personalities'>,
  selection: Selection & Pick<ModuleSelection, 'personalities'>,
): boolean {
  const { run, skip } = selection;
  if (skip.some((glob) => matchesGlob(id, glob))) return false;
  if (run.length > 0 && !run.some((glob) => matchesGlob(id, glob))) return false;
  const asked = selection.personalities;
  return asked.length === 0 || personalities.some((name) => asked.includes(name));
}

function reasonToLeave<Session>(
  check: ModuleCheck<Session>,
  { selection, profile }: ModuleRun<Session>,
): CheckResult | undefined {
  const known = { check: check.id, rule: ruleOfCheck(check.id), title: check.title };
  const { profiles, excluded = {} } = selection;
  const note = excluded[check.id];
  if (note !== undefined) return { ...known, outcome: 'skip', reason: 'excluded', message: note };
  if (!isSelected(check, selection)) return { ...known, outcome: 'skip', reason: 'filtered' };
  if (profiles.length > 0 && !profiles.includes(known.rule.profile)) {
    return { ...known, outcome: 'skip', reason: 'profile' };
  }
  if (check.only !== undefined && check.only !== profile) {
    return { ...known, outcome: 'skip', reason: 'capability:async' };
  }
  return undefined;
}

async function judge<Session>(
  check: ModuleCheck<Session>,
  { session, selection }: ModuleRun<Session>,
): Promise<CheckResult> {
  const began = performance.now();
  const rule = ruleOfCheck(check.id);
  const assert = new Assertions(check.id);
  const bench = new Bench(assert);
  let verdict: Pick<CheckRun, 'outcome' | 'message' | 'expected' | 'got'>;
  try {
    // A turn, so that an assertion is found in the same place whichever checks ran before.
    await Promise.resolve();
    await check.judge(session, bench);
    if (assert.count > 0) verdict = { outcome: 'pass' };
    else if (bench.idle) verdict = { outcome: 'info', message: 'nothing to judge' };
    else throw new HarnessFault('the check asserted nothing');
  } catch (error) {
    verdict =
      error instanceof CheckFailure
        ? { ...pick(error), outcome: outcomeOf(rule.level, selection.threshold) }
        : { outcome: 'error', message: describeError(error) };
  }
  const durationMs = Math.round((performance.now() - began) * 10) / 10;
  const told = { check: check.id, rule, title: check.title, ...verdict, durationMs };
  return { ...told, ...bench.evidence(), assertions: assert.count };
}

function pick({ message, expected, got }: CheckFailure): Pick<CheckRun, 'message'> & {
  readonly expected: string;
  readonly got: string;
} {
  return { message, expected, got };
}

function outcomeOf(level: string, threshold: Threshold): Outcome {
  if (level === 'MUST') return 'fail';
  return level === 'SHOULD' && threshold !== 'must' ? 'fail' : 'warn';
}
