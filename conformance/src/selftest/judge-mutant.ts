/** Rule 1: this is the only place that says whether the kit has passed one of its own tests. */
import { chooseExitCode } from '../report/exit-code.ts';
import type { Outcome } from '../outcome.ts';
import type { Answer, SlimResult } from './assignment.ts';
import type { BrokenServer } from './broken-server.ts';

/** What the self-test found out about one broken server, variant or harness. */
export interface SelftestVerdict {
  readonly id: string;
  readonly defect: string;
  /** The checks that failed. */
  readonly failed: readonly string[];
  /** What is not as declared; nothing where all is well. */
  readonly faults: readonly string[];
}

/** What a verdict is reached from. */
export type Judgeable = Pick<Answer, 'results' | 'fault'>;

/**
 * The set of failing checks must be the declared one, each with its fragment, and nothing else. A MAY
 * that is answered with no counts as failing where the reference, which leaves out `omitted`, does it.
 */
export function judgeMutant(
  mutant: BrokenServer,
  run: Judgeable,
  omitted: ReadonlySet<string> = new Set(),
): SelftestVerdict {
  const failed = run.results.filter(
    (result) => isFailure(result) || (isRefusal(result) && !omitted.has(result.check)),
  );
  const declared = Object.entries(mutant.fails);
  const faults = [
    ...(run.fault === undefined ? [] : [`could not run: ${run.fault}`]),
    ...(declared.length === 0 ? ['declares no check'] : []),
    ...declared.flatMap(([id, fragment]) => missFailure(failed, id, fragment)),
    ...failed
      .filter(({ check }) => !Object.hasOwn(mutant.fails, check))
      .map(({ check, message }) => `${check} fails undeclared: ${message ?? ''}`),
    ...strangers(run.results, declared.some(([id]) => isProbe(id)) ? ['blocked'] : []),
  ];
  const { id, defect } = mutant;
  return { id, defect, failed: failed.map(({ check }) => check), faults };
}

/** A legal variant, or the reference itself, passes every check. */
export function judgeVariant(
  variant: Pick<BrokenServer, 'id' | 'defect'>,
  run: Judgeable,
): SelftestVerdict {
  const failed = run.results.filter(isFailure);
  const faults = [
    ...(run.fault === undefined ? [] : [`could not run: ${run.fault}`]),
    ...failed.map(({ check, message }) => `${check} fails: ${message ?? ''}`),
    ...strangers(run.results),
    ...(run.results.some(({ outcome }) => outcome === 'pass') ? [] : ['nothing passes']),
  ];
  const { id, defect } = variant;
  return { id, defect, failed: failed.map(({ check }) => check), faults };
}

/** A harness that is at fault leads to exit code 3, and nothing passes. */
export function judgeHarness(
  harness: Pick<BrokenServer, 'id' | 'defect'>,
  run: Judgeable,
): SelftestVerdict {
  const exitCode = chooseExitCode(run.results, run.fault);
  const passed = run.results.filter(({ outcome }) => outcome === 'pass');
  const faults = [
    ...(exitCode === 3 ? [] : [`exit code ${exitCode} instead of 3`]),
    ...passed.map(({ check }) => `${check} passes`),
  ];
  return { id: harness.id, defect: harness.defect, failed: [], faults };
}

function isFailure({ outcome }: SlimResult): boolean {
  return outcome === 'fail' || outcome === 'warn' || outcome === 'xpass';
}

/** The answer to a MAY that the server does not do. */
export function isRefusal({ outcome, message = '' }: SlimResult): boolean {
  return outcome === 'info' && message.startsWith('no: ');
}

function missFailure(
  failed: readonly SlimResult[],
  id: string,
  fragment: string | undefined,
): readonly string[] {
  const result = failed.find(({ check }) => check === id);
  if (result === undefined) return [`${id} does not fail`];
  if (fragment === undefined || fragment === '') return [`${id} declares no message`];
  const message = result.message ?? '';
  return message.includes(fragment) ? [] : [`${id}: "${fragment}" is not in "${message}"`];
}

/** Where a probe fails, the checks that need the capability are blocked. */
function isProbe(check: string): boolean {
  return check.startsWith('BOOT-CAPABILITY.');
}

/** Results that no broken server may lead to. */
function strangers(
  results: readonly SlimResult[],
  allowed: readonly Outcome[] = [],
): readonly string[] {
  return results
    .filter(({ outcome }) => ['error', 'notrun', 'blocked'].includes(outcome))
    .filter(({ outcome }) => !allowed.includes(outcome))
    .map(({ check, outcome, message }) => `${check} is ${outcome}: ${message ?? ''}`);
}
