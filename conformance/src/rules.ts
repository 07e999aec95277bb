import { RULES } from './rules.gen.ts';
import type { Rule, RuleId } from './rules.gen.ts';

/** The rules that bind an adapter; they belong to the kit and not to the specification. */
export type KitRuleId =
  | 'BOOT-ANSWER'
  | 'BOOT-CAPABILITY'
  | 'ADP-URL'
  | 'ADP-CLOSE'
  | 'ADP-PORT'
  | 'ADP-PARALLEL';

/** The id of whatever a check can be tied to. */
export type CheckedRuleId = RuleId | KitRuleId;

/** What the kit needs to know of a rule, whether it is the specification's or its own. */
export interface CheckedRule {
  readonly id: CheckedRuleId;
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  readonly profile: Rule['profile'];
  readonly role: Rule['role'];
  readonly text: string;
  /** The document and the heading, for example `tsgi-1.0.md#env-method`. */
  readonly anchor: string;
}

const KIT_RULES: Readonly<Record<KitRuleId, string>> = {
  'BOOT-ANSWER':
    'The server that the adapter starts MUST answer a plain GET request by calling the application it was given.',
  'BOOT-CAPABILITY': 'What the adapter says of a capability MUST agree with what the server does.',
  'ADP-URL':
    'The adapter MUST return the URL under which the server accepts connections, without a path.',
  'ADP-CLOSE':
    'The promise of close() MUST settle only after the server has stopped accepting connections.',
  'ADP-PORT': 'The promise of start() MUST reject when the port asked for is in use.',
  'ADP-PARALLEL': 'Two servers started by one adapter MUST be able to run at the same time.',
};

/** Looks a rule up, the specification's or the kit's own; undefined for an unknown id. */
export function findRule(id: string): CheckedRule | undefined {
  if (Object.hasOwn(RULES, id)) {
    const { level, profile, role, text, document, anchor } = RULES[id as RuleId];
    return { id: id as RuleId, level, profile, role, text, anchor: `${document}#${anchor}` };
  }
  if (!Object.hasOwn(KIT_RULES, id)) return undefined;
  return {
    id: id as KitRuleId,
    level: 'MUST',
    profile: 'core',
    role: 'server',
    text: KIT_RULES[id as KitRuleId],
    anchor: 'docs/guide/conformance.md#the-contract-of-an-adapter',
  };
}

/** The rule that a check is tied to; throws for an id that names none. */
export function ruleOfCheck(checkId: string): CheckedRule {
  const rule = findRule(checkId.slice(0, checkId.indexOf('.')));
  if (rule === undefined) throw new Error(`the check ${checkId} names no rule`);
  return rule;
}
