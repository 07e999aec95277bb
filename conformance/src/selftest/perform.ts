import { runCheck } from '../engine/run-check.ts';
import type { CheckRun } from '../engine/run-check.ts';
import { runSuite } from '../engine/run-suite.ts';
import { selectChecks } from '../engine/select-checks.ts';
import { sites } from '../engine/sites.ts';
import { serverSuite } from '../suites/server/suite.ts';
import { TargetHost } from '../target/target-host.ts';
import type {
  Answer,
  Assignment,
  RemovalAssignment,
  SlimResult,
  SuiteAssignment,
} from './assignment.ts';

/** SHOULD rules are taken as seriously as MUST rules, or nothing would show that they are checked. */
const threshold = 'should';

/** The part of the budget that is enough for what is not to come. */
const VAIN_SHARE = 4;

/** Does what an assignment says, in this process. */
export async function perform(assignment: Assignment): Promise<Answer> {
  sites.record();
  return assignment.kind === 'suite' ? performSuite(assignment) : performRemovals(assignment);
}

async function performSuite(assignment: SuiteAssignment): Promise<Answer> {
  const { adapter, checks = [], budget, removed, vain = [] } = assignment;
  const selected = selectChecks(serverSuite, { run: checks, skip: [], profiles: [] });
  sites.remove(removed);
  const { href } = new URL(`../../${adapter}`, import.meta.url);
  const run = await runSuite(selected, {
    openTarget: () => new TargetHost(href),
    budget,
    waitOf: (check) => (vain.includes(check) ? budget / VAIN_SHARE : undefined),
    threshold,
    repeat: 1,
  });
  sites.remove(undefined);
  const results = run.results.map((result) => slim(result.check, result));
  const fault = run.fault === undefined ? {} : { fault: run.fault };
  return { results, ...fault, reached: sites.takeReached() };
}

async function performRemovals(assignment: RemovalAssignment): Promise<Answer> {
  const { adapter, removals, budget } = assignment;
  const { href } = new URL(`../../${adapter}`, import.meta.url);
  let host = new TargetHost(href);
  await host.ready(budget * 3);
  const results: SlimResult[] = [];
  for (const { check: id, removed } of removals) {
    const check = serverSuite.find((candidate) => candidate.id === id);
    if (check === undefined) throw new Error(`no check has the id ${id}`);
    if (!host.alive) {
      host = new TargetHost(href);
      await host.ready(budget * 3);
    }
    sites.remove(removed);
    const run = await runCheck(check, host, { budget, threshold });
    sites.remove(undefined);
    results.push(slim(id, run));
  }
  await host.terminate();
  return { results, reached: sites.takeReached() };
}

/** Copies what the self-test looks at; events and octets stay here. */
function slim(check: string, result: Partial<CheckRun> & Pick<CheckRun, 'outcome'>): SlimResult {
  const { outcome, reason, site, expected, got } = result;
  // The answer to a MAY says no more than that, but a mutant has to show why.
  const isNo = outcome === 'info' && expected !== undefined;
  const message = isNo ? `no: expected ${expected}, got ${got ?? ''}` : result.message;
  return {
    check,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
    ...(site === undefined ? {} : { site }),
  };
}
