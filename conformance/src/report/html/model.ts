import type { Outcome } from '../../outcome.ts';
import type { Report, ReportedResult } from '../report.ts';
import { groupByRule } from '../standing.ts';

/** One check, as each of the targets has done on it; undefined where a target knows no such check. */
export interface CheckRow {
  readonly check: string;
  readonly title: string;
  readonly results: readonly (ReportedResult | undefined)[];
}

/** One rule and its checks. */
export interface RuleRow {
  readonly rule: string;
  readonly level: string;
  readonly profile: string;
  readonly anchor: string;
  readonly text: string;
  readonly checks: readonly CheckRow[];
}

/** Worst first. */
const SEVERITY: readonly Outcome[] = [
  ...(['error', 'notrun', 'fail', 'xpass', 'blocked'] as const),
  ...(['xfail', 'warn', 'info', 'pass', 'skip'] as const),
];

/** The worst of several outcomes, a skip only where there is nothing else. */
export function worstOf(outcomes: readonly Outcome[]): Outcome | undefined {
  return SEVERITY.find((outcome) => outcomes.includes(outcome));
}

/** Several reports as one table: rules in the order of their ids, each with all of its checks. */
export function mergeReports(reports: readonly Report[]): readonly RuleRow[] {
  const byRule = groupByRule(reports.flatMap(({ results }) => results));
  const found = reports.map(({ results }) => new Map(results.map((one) => [one.check, one])));
  return [...byRule]
    .map(([rule, members]) => mergeRule(rule, members, found))
    .toSorted((a, b) => (a.rule < b.rule ? -1 : 1));
}

function mergeRule(
  rule: string,
  members: readonly ReportedResult[],
  found: readonly ReadonlyMap<string, ReportedResult>[],
): RuleRow {
  const titles = new Map(members.map(({ check, title }) => [check, title]));
  const [first] = members;
  if (first === undefined) throw new Error(`the rule ${rule} has no result`);
  const { level, profile, anchor, text } = first;
  const checks = [...titles].map(([check, title]): CheckRow => {
    return { check, title, results: found.map((results) => results.get(check)) };
  });
  const sorted = checks.toSorted((a, b) => (a.check < b.check ? -1 : 1));
  return { rule, level, profile, anchor, text, checks: sorted };
}

/** Rules by profile; the core first, the others in the order of the alphabet. */
export function groupByProfile(rules: readonly RuleRow[]): ReadonlyMap<string, readonly RuleRow[]> {
  const names = [...new Set(rules.map(({ profile }) => profile))].toSorted();
  const ordered = ['core', ...names.filter((name) => name !== 'core')];
  return new Map(
    ordered.flatMap((name) => {
      const members = rules.filter(({ profile }) => profile === name);
      return members.length === 0 ? [] : [[name, members]];
    }),
  );
}
