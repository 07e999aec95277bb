// Rule 1: checks speak of servers and applications; which rule that is for a middleware, and for
// an asynchronous body, is decided here and nowhere else.

import type { Blame } from './finding.ts';
import type { RuleId } from './rules.gen.ts';

/** Which side of the lint something happened on: `outer` called, `inner` was called. */
export type Side = 'outer' | 'inner';

/** What stands on each side of the lint. */
export interface Roles {
  readonly outer: 'server' | 'middleware';
  readonly inner: 'application' | 'middleware';
}

/** A broken rule as a check sees it. */
export interface Observation {
  readonly rule: RuleId;
  readonly side: Side;
  /** What was found, in words. */
  readonly got: string;
  readonly cause?: unknown;
  /** True where the body concerned is asynchronous. */
  readonly async?: boolean;
}

type Names = Readonly<Partial<Record<RuleId, RuleId>>>;

const ASYNC_BODY: Names = {
  'BODY-ITERATE-ONCE': 'ASYNC-ITERATE',
  'CLOSE-RETURN': 'ASYNC-RETURN',
  'CLOSE-CALLED': 'ASYNC-CLOSE',
  'CLOSE-ONCE': 'ASYNC-CLOSE',
};

const OUTER_MIDDLEWARE: Names = {
  'SR-LAZY': 'MW-SR-ONCE',
  'CLOSE-RETURN': 'MW-BREAK',
  'CLOSE-CALLED': 'MW-CLOSE',
  'CLOSE-THROW': 'MW-CLOSE',
  'CLOSE-SR-ERROR': 'MW-CLOSE',
  'CLOSE-HEAD': 'MW-CLOSE-ABORT',
  'CLOSE-ABORT': 'MW-CLOSE-ABORT',
  'CLOSE-ONCE': 'MW-CLOSE-ONCE',
  'CLOSE-ORDER': 'MW-CLOSE-EARLY',
};

const INNER_MIDDLEWARE: Names = {
  'APP-SR-ONCE': 'MW-SR-ONCE',
  'APP-HDR-HOP': 'MW-HOP',
  'APP-CHUNK-TYPE': 'MW-TYPE',
  'APP-CL-FORM': 'MW-CL',
  'APP-CL-MATCH': 'MW-CL',
  'APP-NOBODY': 'MW-NOBODY',
  'FILE-REGION': 'MW-FILE',
};

const PREFIXES: readonly (readonly [prefix: string, rule: RuleId])[] = [
  ['ENV-', 'MW-ENV-VALID'],
  ['INP-', 'MW-INPUT'],
  ['FINISH-', 'MW-FINISH'],
  ['FLUSH-', 'FLUSH-MW'],
];

/** The rule to name for an observation, given who stands where. */
export function nameRule({ rule, side, async }: Observation, roles: Roles): RuleId {
  if (roles[side] !== 'middleware') {
    return (async === true ? ASYNC_BODY[rule] : undefined) ?? rule;
  }
  if (side === 'inner') {
    return INNER_MIDDLEWARE[rule] ?? rule;
  }
  if (async === true && rule === 'CLOSE-RETURN') {
    return 'ASYNC-MW-RETURN';
  }
  const prefixed = PREFIXES.find(([prefix]) => rule.startsWith(prefix));
  return OUTER_MIDDLEWARE[rule] ?? prefixed?.[1] ?? rule;
}

/** Who broke the rule of an observation. */
export function blameFor(side: Side, roles: Roles): Blame {
  return roles[side];
}

/** A rule broken by whoever called. */
export function outer(rule: RuleId, got: string, cause?: unknown): Observation {
  return { rule, side: 'outer', got, cause };
}

/** A rule broken by whoever was called. */
export function inner(rule: RuleId, got: string, cause?: unknown): Observation {
  return { rule, side: 'inner', got, cause };
}
