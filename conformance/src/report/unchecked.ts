import type { CheckResult } from '../engine/run-suite.ts';
import { RULES } from '../rules.gen.ts';
import type { Rule } from '../rules.gen.ts';
import { findRule } from '../rules.ts';

/** Rules that nothing here decides are results too, so that nobody takes them for checked. */
export function listUnchecked(
  role: Rule['role'],
  checked: ReadonlySet<string>,
): readonly CheckResult[] {
  return Object.values(RULES).flatMap((rule): readonly CheckResult[] => {
    const known = findRule(rule.id);
    if (rule.role !== role || rule.status !== 'active' || !known) return [];
    if (checked.has(rule.id)) return [];
    const reason = rule.testable ? 'unimplemented-by-harness' : 'untestable';
    const title = rule.why ?? 'this kit has no check of the rule';
    return [{ check: `${rule.id}.none`, rule: known, title, outcome: 'skip', reason }];
  });
}

/** Results with those of the rules that nothing here decides. */
export function withUnchecked(
  role: Rule['role'],
  results: readonly CheckResult[],
): readonly CheckResult[] {
  return [...results, ...listUnchecked(role, new Set(results.map(({ rule }) => rule.id)))];
}
