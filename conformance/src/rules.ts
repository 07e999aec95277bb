import { RULES } from './rules.gen.ts';
import type { Rule, RuleId } from './rules.gen.ts';

/** The rules of the kit itself: they bind adapters, and what is handed to the kit beside them. */
export type KitRuleId =
  | 'BOOT-RESPONSE'
  | 'BOOT-INNER'
  | 'REQ-STATUS'
  | 'MW-IDENTITY'
  | 'MW-BOTH-ROLES'
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
  /** Words in capitals, for example `ENV-METHOD`; never renamed. */
  readonly id: CheckedRuleId;
  /** How much the rule binds; the rules of the kit are all `MUST`. */
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  /** Which claim it belongs to; `core` for the rules of the kit. */
  readonly profile: Rule['profile'];
  /** Whom it binds; the rules for adapters say `server`. */
  readonly role: Rule['role'];
  /** The one sentence that binds. */
  readonly text: string;
  /** The document and the heading, for example `tsgi-1.0.md#env-method`. */
  readonly anchor: string;
}

const APPLICATIONS = 'docs/guide/conformance-applications.md#requests';
const MIDDLEWARE = 'docs/guide/conformance-middleware.md#what-a-middleware-declares';

/** Rules about modules that hold no server: who they bind, and where they are explained. */
const OF_MODULES: Readonly<Partial<Record<KitRuleId, Pick<CheckedRule, 'role' | 'anchor'>>>> = {
  'BOOT-RESPONSE': { role: 'application', anchor: APPLICATIONS },
  'REQ-STATUS': { role: 'application', anchor: APPLICATIONS },
  'BOOT-INNER': { role: 'middleware', anchor: MIDDLEWARE },
  'MW-IDENTITY': { role: 'middleware', anchor: MIDDLEWARE },
  'MW-BOTH-ROLES': { role: 'middleware', anchor: MIDDLEWARE },
};

const KIT_RULES: Readonly<Record<KitRuleId, string>> = {
  'BOOT-RESPONSE': 'The application MUST answer at least one of the requests that the kit makes.',
  'BOOT-INNER':
    'The middleware MUST let at least one request through to the inner application, so that there is something to judge.',
  'REQ-STATUS':
    'The application MUST answer each request with a status in the range that its author expects.',
  'MW-IDENTITY':
    'The middleware MUST leave status, headers and content as they are, but for what it declares to change.',
  'MW-BOTH-ROLES':
    'Towards its server the middleware MUST keep the rules for applications, and towards its inner application those for servers.',
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
    ...OF_MODULES[id as KitRuleId],
  };
}

/** The rule that a check is tied to; throws for an id that names none. */
export function ruleOfCheck(checkId: string): CheckedRule {
  const rule = findRule(checkId.slice(0, checkId.indexOf('.')));
  if (rule === undefined) throw new Error(`the check ${checkId} names no rule`);
  return rule;
}
