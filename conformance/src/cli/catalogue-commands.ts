import type { ServerCheck } from '../check.ts';
import { needsOf, requirementsOf, selectChecks } from '../engine/select-checks.ts';
import { RULES } from '../rules.gen.ts';
import { findRule, ruleOfCheck } from '../rules.ts';
import type { CheckedRule } from '../rules.ts';
import { serverSuite } from '../suites/server/suite.ts';
import { readExclusions } from '../expect/exclusions.ts';
import { isSelected } from '../engine/run-module-suite.ts';
import type { ModuleOrder } from '../target/module-messages.ts';
import { suiteOf } from '../target/run-module.ts';
import type { AnyModuleCheck } from '../target/run-module.ts';
import { UsageError } from './command-error.ts';
import type { Output } from './command-error.ts';
import { parseFlags } from './flags.ts';
import type { Flags } from './flags.ts';
import { tellStrayGlobs, writeNear } from './near-ids.ts';

/** `list`: the checks that a run with the same flags would execute. Returns the exit code. */
export function listCommand(args: readonly string[], output: Output): number {
  const flags = parseFlags(args, ['run', 'skip', 'profile', 'personality']);
  const [target = 'server', extra] = flags.positional;
  if (extra !== undefined) throw new UsageError(`list takes one target, got a second: "${extra}"`);
  const chosen = chooseChecks(target, flags);
  const rows = chosen.map(({ id, title }) => {
    const { level, profile } = ruleOfCheck(id);
    return `${level.padEnd(7)}${profile.padEnd(15)}${id}  ${title}\n`;
  });
  output.out(rows.toSorted().join(''));
  tellStrayGlobs(flags, idsOf(target), output);
  return rows.length === 0 ? 4 : 0;
}

/** The checks of one target that a run with these flags executes. */
function chooseChecks(target: string, flags: Flags): readonly Pick<ServerCheck, 'id' | 'title'>[] {
  const kind = MODULE_TARGETS.get(target);
  if (kind !== undefined) {
    const { profiles } = flags;
    return suiteOf(kind)
      .filter((check) => isSelected(check, flags))
      .filter(({ id }) => profiles.length === 0 || profiles.includes(ruleOfCheck(id).profile));
  }
  if (target !== 'server') {
    throw new UsageError(`list takes server, app or middleware, got "${target}"`);
  }
  const selected = selectChecks(serverSuite, { ...flags, excluded: readExclusions() }).filter(
    ({ left }) => left === undefined,
  );
  return selected.map(({ check }) => check);
}

/** The ids of every check of one target. */
function idsOf(target: string): readonly string[] {
  const kind = MODULE_TARGETS.get(target);
  return (kind === undefined ? serverSuite : suiteOf(kind)).map(({ id }) => id);
}

const MODULE_TARGETS: ReadonlyMap<string, ModuleOrder['kind']> = new Map([
  ['app', 'application'],
  ['middleware', 'middleware'],
]);

/** `explain RULE|CHECK`: the rule in the words of the specification, and its checks. */
export function explainCommand(args: readonly string[], output: Output): number {
  const [id, extra] = parseFlags(args, []).positional;
  if (id === undefined) throw new UsageError('explain needs the id of a rule or of a check');
  if (extra !== undefined) throw new UsageError(`explain takes one id, got a second: "${extra}"`);
  const checks = serverSuite.filter((check) => check.id === id || check.id.startsWith(`${id}.`));
  const rule = findRule(id.split('.', 1)[0] ?? '');
  const ofModules = [...MODULE_TARGETS].flatMap(([target, kind]) =>
    suiteOf(kind)
      .filter((check) => check.id === id || check.id.startsWith(`${id}.`))
      .map((check) => describeModuleCheck(check, target)),
  );
  const count = checks.length + ofModules.length;
  if (rule === undefined || (id.includes('.') && count === 0)) {
    throw new UsageError(`"${id}" is neither a rule nor a check${guessId(id)}`);
  }
  output.out(describeRule(rule) + [...checks.map(describeCheck), ...ofModules].join(''));
  if (count === 0) output.out('\nNo check is tied to this rule.\n');
  return 0;
}

/** What somebody may have meant by an id that is none. */
function guessId(id: string): string {
  if (/[*?]/.test(id)) return `; list --run '${id}' names the checks that a glob fits`;
  const checks = ['server', ...MODULE_TARGETS.keys()].flatMap(idsOf);
  if (id.includes('.')) return writeNear(id, checks);
  const rules = checks.map((check) => check.slice(0, check.indexOf('.')));
  return writeNear(id, new Set([...Object.keys(RULES), ...rules]));
}

function describeRule(rule: CheckedRule): string {
  return `${rule.id} (${rule.level}, ${rule.role}, ${rule.profile}) ${rule.anchor}\n  ${rule.text}\n`;
}

function describeCheck(check: ServerCheck): string {
  const needs = needsOf(check);
  const requires = requirementsOf(check);
  return [
    `\n${check.id}\n  ${check.title}`,
    ...(requires.length === 0 ? [] : [`  requires  ${requires.join(', ')}`]),
    ...(needs.length === 0 ? [] : [`  needs     ${needs.join(', ')}`]),
    `  run       tsgi-conformance server ADAPTER.mjs --run ${check.id} --trace\n`,
  ].join('\n');
}

function describeModuleCheck(check: AnyModuleCheck, target: string): string {
  const all = check.personalities.length > 3 ? 'all' : check.personalities.join(', ');
  return [
    `\n${check.id}\n  ${check.title}`,
    `  under     ${all}`,
    ...(check.only === undefined ? [] : [`  profile   ${check.only}`]),
    `  run       tsgi-conformance ${target} FILE.mjs --run ${check.id} --trace\n`,
  ].join('\n');
}
