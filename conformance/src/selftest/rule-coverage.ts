/** Rule 1: which rules have a check, and which a mutant, is counted here for all three roles. */
import { RULES } from '../rules.gen.ts';

/** A rule in force and what the kit has for it. */
export interface CoveredRule {
  readonly id: string;
  readonly level: string;
  readonly profile: string;
  readonly isTestable: boolean;
  readonly hasCheck: boolean;
  readonly hasMutant: boolean;
}

/** How many of some rules there are, and for how many of them there is what. */
export interface RuleCounts {
  readonly all: number;
  readonly testable: number;
  /** Of those that can be tested. */
  readonly withCheck: number;
  /** Of those that can be tested. */
  readonly withMutant: number;
}

/** Who is judged. */
export interface CoveredSuite {
  readonly role: 'server' | 'application' | 'middleware';
  readonly checks: readonly { readonly id: string }[];
  /** The ids of the checks that catch anything. */
  readonly killing: ReadonlySet<string>;
}

/** The rules of a role in the order of the specification. */
export function coverRules({ role, checks, killing }: CoveredSuite): readonly CoveredRule[] {
  const checked = new Set(checks.map(({ id }) => ruleOf(id)));
  const broken = new Set([...killing].map(ruleOf));
  return Object.values(RULES)
    .filter((rule) => rule.role === role && rule.status === 'active')
    .map(({ id, level, profile, testable }) => ({
      id,
      level,
      profile,
      isTestable: testable,
      hasCheck: checked.has(id),
      hasMutant: broken.has(id),
    }));
}

/** Counts them. */
export function countRules(rules: readonly CoveredRule[]): RuleCounts {
  const testable = rules.filter(({ isTestable }) => isTestable);
  return {
    all: rules.length,
    testable: testable.length,
    withCheck: testable.filter(({ hasCheck }) => hasCheck).length,
    withMutant: testable.filter(({ hasMutant }) => hasMutant).length,
  };
}

/** The rule that the id of a check begins with. */
function ruleOf(check: string): string {
  return check.slice(0, check.indexOf('.'));
}
