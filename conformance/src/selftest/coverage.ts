import { readFileSync } from 'node:fs';
import { serverSuite } from '../suites/server/suite.ts';
import { countRules, coverRules } from './rule-coverage.ts';
import type { CoveredRule } from './rule-coverage.ts';
import type { Judged } from './run-selftest.ts';

/** Reasons, by what they excuse; kept beside the mutants. */
export interface Exceptions {
  /** Checks that no broken server fails. */
  readonly checks: Readonly<Record<string, string>>;
  /** Testable rules of servers without a check of this kit's own servers. */
  readonly rules: Readonly<Record<string, string>>;
  /** Patterns over assertions that can be removed unnoticed. */
  readonly assertions: Readonly<Record<string, string>>;
}

/** What the self-test does not cover although it should. */
export interface Gaps {
  readonly faults: readonly string[];
  /** The table of rules and everything that is wrong, for people. */
  readonly text: string;
}

/** Reads the list of explained exceptions. */
export function readExceptions(): Exceptions {
  const url = new URL('../../mutants/server/exceptions.json', import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Exceptions;
}

/** Every check kills a mutant, every testable rule has a check and a mutant, or there is a reason. */
export function findGaps(judged: readonly Judged[]): Gaps {
  return findGapsOf(new Set(judged.flatMap(({ verdict }) => verdict.failed)));
}

/** The same for the ids of the checks that catch anything. */
export function findGapsOf(killing: ReadonlySet<string>): Gaps {
  const exceptions = readExceptions();
  const faults = [
    ...idleChecks(killing, exceptions.checks),
    ...uncoveredRules(killing, exceptions.rules),
  ];
  const table = tabulate(killing);
  const lines = [...table, ...faults.map((fault) => `GAP     ${fault}`)];
  return { faults, text: lines.map((line) => `${line}\n`).join('') };
}

function idleChecks(
  killing: ReadonlySet<string>,
  excused: Exceptions['checks'],
): readonly string[] {
  const idle = serverSuite.filter(({ id }) => !killing.has(id) && !Object.hasOwn(excused, id));
  const stale = Object.keys(excused).filter(
    (id) => killing.has(id) || !serverSuite.some((check) => check.id === id),
  );
  return [
    ...idle.map(({ id }) => `${id} fails for no broken server`),
    ...stale.map((id) => `the exception for the check ${id} is out of date`),
  ];
}

function coverServers(killing: ReadonlySet<string>): readonly CoveredRule[] {
  return coverRules({ role: 'server', checks: serverSuite, killing });
}

function uncoveredRules(
  killing: ReadonlySet<string>,
  excused: Exceptions['rules'],
): readonly string[] {
  const rules = coverServers(killing);
  const open = rules.filter(
    ({ isTestable, hasCheck, hasMutant, level }) =>
      isTestable && !(hasCheck && (hasMutant || level === 'MAY')),
  );
  const stale = Object.keys(excused).filter((id) => !open.some((rule) => rule.id === id));
  return [
    ...open
      .filter(({ id }) => !Object.hasOwn(excused, id))
      .map(({ id, hasCheck }) => `${id} has no ${hasCheck ? 'mutant' : 'check'}`),
    ...stale.map((id) => `the exception for the rule ${id} is out of date`),
  ];
}

/** One line for each profile and level. */
function tabulate(killing: ReadonlySet<string>): readonly string[] {
  const rules = coverServers(killing);
  const keys = [...new Set(rules.map(({ profile, level }) => `${profile}\t${level}`))].toSorted();
  const head = 'rules of servers          all  testable  with check  with mutant';
  const rows = keys.map((key) => {
    const [profile = '', level = ''] = key.split('\t');
    const group = rules.filter((rule) => rule.profile === profile && rule.level === level);
    const { all, testable, withCheck, withMutant } = countRules(group);
    const cells = [
      `${profile} ${level}`.padEnd(24),
      String(all).padStart(5),
      String(testable).padStart(10),
      String(withCheck).padStart(12),
      String(withMutant).padStart(13),
    ];
    return cells.join('');
  });
  return [head, ...rows];
}
