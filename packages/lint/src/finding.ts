import { type Rule, RULES, type RuleId } from './rules.gen.ts';

/** Who broke the rule: what the lint wraps, what calls it, or a middleware on either side. */
export type Blame = 'application' | 'middleware' | 'server';

/** What a finding says besides its rule. */
export interface FindingDetails {
  /** Who broke the rule. */
  readonly blame: Blame;
  /** What was found, in words. */
  readonly got: string;
  /** The error that came with it: a request that was refused, a function that threw. */
  readonly cause?: unknown;
}

/** One broken rule. Thrown at whoever broke it, or handed to `onFinding`, or logged. */
export class LintError extends Error {
  /** The same for all findings; `rule` tells them apart. */
  readonly code = 'ERR_TSGI_LINT' as const;
  /** The id of the rule in the specification. */
  readonly rule: RuleId;
  /** How much the rule binds. */
  readonly level: Rule['level'];
  /** Who broke the rule. */
  readonly blame: Blame;
  /** What was found, in words. */
  readonly got: string;

  /** The message holds the id of the rule, its sentence and what was found. */
  constructor(rule: RuleId, { blame, got, cause }: FindingDetails) {
    const message = `${rule}: ${RULES[rule].text} Got: ${got}.`;
    super(message, cause === undefined ? undefined : { cause });
    this.rule = rule;
    this.level = RULES[rule].level;
    this.blame = blame;
    this.got = got;
  }

  /** Always `LintError`. */
  override get name(): string {
    return 'LintError';
  }
}
