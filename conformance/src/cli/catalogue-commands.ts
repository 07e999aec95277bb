import type { ServerCheck } from '../check.ts';
import { needsOf, requirementsOf, selectChecks } from '../engine/select-checks.ts';
import { findRule, ruleOfCheck } from '../rules.ts';
import type { CheckedRule } from '../rules.ts';
import { serverSuite } from '../suites/server/suite.ts';
import { UsageError } from './command-error.ts';
import type { Output } from './command-error.ts';
import { parseFlags } from './flags.ts';

/** `list`: the checks that a run with the same flags would execute. Returns the exit code. */
export function listCommand(args: readonly string[], output: Output): number {
  const flags = parseFlags(args, ['run', 'skip', 'profile']);
  const [extra] = flags.positional;
  if (extra !== undefined) throw new UsageError(`list takes no argument, got "${extra}"`);
  const chosen = selectChecks(serverSuite, flags).filter(({ left }) => left === undefined);
  const rows = chosen.map(({ check }) => {
    const { level, profile } = ruleOfCheck(check.id);
    return `${level.padEnd(7)}${profile.padEnd(10)}${check.id}  ${check.title}\n`;
  });
  output.out(rows.toSorted().join(''));
  return rows.length === 0 ? 4 : 0;
}

/** `explain RULE|CHECK`: the rule in the words of the specification, and its checks. */
export function explainCommand(args: readonly string[], output: Output): number {
  const [id, extra] = parseFlags(args, []).positional;
  if (id === undefined) throw new UsageError('explain needs the id of a rule or of a check');
  if (extra !== undefined) throw new UsageError(`explain takes one id, got a second: "${extra}"`);
  const checks = serverSuite.filter((check) => check.id === id || check.id.startsWith(`${id}.`));
  const rule = findRule(id.split('.', 1)[0] ?? '');
  if (rule === undefined || (id.includes('.') && checks.length === 0)) {
    throw new UsageError(`"${id}" is neither a rule nor a check`);
  }
  output.out(describeRule(rule) + checks.map(describeCheck).join(''));
  if (checks.length === 0) output.out('\nNo check of a server is tied to this rule.\n');
  return 0;
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
