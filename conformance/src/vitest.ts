// oxlint-disable vitest/expect-expect, vitest/valid-title -- tests are declared here for other files
/** Rule 1: one test for each check, grouped by rule; what the kit says of it is all that the test says. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Application, AsyncApplication, AsyncMiddleware, Middleware } from '@tsgi/types';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { TestContext } from 'vitest';
import { ExpectationsFile } from './cli/expectations-file.ts';
import { DEFAULT_BUDGET } from './cli/flags.ts';
import type { CheckResult } from './engine/run-suite.ts';
import type { Threshold } from './engine/run-check.ts';
import { isSelected } from './engine/run-module-suite.ts';
import { orderChecks, selectChecks } from './engine/select-checks.ts';
import type { Selection } from './engine/select-checks.ts';
import { readExclusions } from './expect/exclusions.ts';
import { listUnchecked } from './report/unchecked.ts';
import { ruleOfCheck } from './rules.ts';
import type { CheckedRule } from './rules.ts';
import { runApplicationSuite } from './suites/application/run-application-suite.ts';
import type {
  ApplicationSuiteOptions,
  ModuleSuiteOptions,
  ModuleSuiteRun,
} from './suites/application/run-application-suite.ts';
import { runMiddlewareSuite } from './suites/middleware/run-middleware-suite.ts';
import type { MiddlewareSuiteOptions } from './suites/middleware/run-middleware-suite.ts';
import { serverSuite } from './suites/server/suite.ts';
import type { ServerAdapter } from './target/adapter.ts';
import { suiteOf } from './target/run-module.ts';
import type { AnyModuleCheck } from './target/run-module.ts';
import { pathOf, readExpectations } from './vitest/expectations.ts';
import { ResultBoard } from './vitest/result-board.ts';
import { runInThread } from './vitest/run-in-thread.ts';
import { judgeResult, NotConforming } from './vitest/verdict.ts';

/** Which checks of a server become tests, and how they are run. */
export interface ConformanceOptions {
  /** The name of the group of tests. */
  readonly name?: string;
  /** Globs over check ids; all checks where empty. */
  readonly run?: readonly string[];
  /** Globs over check ids; these stay out, whatever `run` says, unless a chosen check needs one. */
  readonly skip?: readonly string[];
  /** Profiles by name; all where empty. */
  readonly profiles?: readonly string[];
  /** From which level on a violation fails; must unless given. */
  readonly level?: Threshold;
  /** Milliseconds for each check; 5000 unless given. */
  readonly budget?: number;
  /** How often each check runs, once unless given; the worst outcome counts. */
  readonly repeat?: number;
  /** A file of expected failures. */
  readonly expect?: string | URL;
}

/** The options of the suite, and a name for the group of tests. */
export type ApplicationConformanceOptions = Omit<ApplicationSuiteOptions, 'application'> &
  Expecting;
/** The options of the suite of a middleware, and a name for the group of tests. */
export type MiddlewareConformanceOptions = Omit<MiddlewareSuiteOptions, 'middleware'> & Expecting;

/** What may fail. */
interface Expecting {
  /** A file of expected failures. */
  readonly expect?: string | URL;
}

/** Declares tests in the file that calls it. */
export interface Conformance {
  /** One test for each check of a server: an adapter, or the path or URL of an adapter module. */
  (adapter: ServerAdapter | string | URL, options?: ConformanceOptions): void;
  /** One test for each check of an application. */
  application(
    application: Application | AsyncApplication,
    options?: ApplicationConformanceOptions,
  ): void;
  /** One test for each check of a middleware. */
  middleware(
    middleware: Middleware | AsyncMiddleware,
    options?: MiddlewareConformanceOptions,
  ): void;
}

/** The checks of the kit as tests of vitest. */
export const conformance: Conformance = Object.assign(conformServer, {
  application: conformApplication,
  middleware: conformMiddleware,
});

/** The budgets of the kit end what does not come; this only keeps vitest from being earlier. */
const TIMEOUT = 3_600_000;

interface DeclaredCheck {
  readonly id: string;
  readonly title: string;
}

interface TestPlan {
  readonly name: string;
  readonly checks: readonly DeclaredCheck[];
  readonly unchecked: readonly CheckResult[];
  /** The file of expected failures. */
  readonly file: string | URL | undefined;
  /** Begins the run; returns how to end it. */
  readonly begin: (board: ResultBoard) => () => Promise<void> | void;
}

function conformServer(
  adapter: ServerAdapter | string | URL,
  options: ConformanceOptions = {},
): void {
  const { run = [], skip = [], profiles = [], level = 'must', repeat = 1 } = options;
  const { budget = DEFAULT_BUDGET, expect: file } = options;
  const selection: Selection = { run, skip, profiles, excluded: readExclusions() };
  const selected = selectChecks(serverSuite, selection);
  const left = selected.filter(({ left: reason }) => reason === 'excluded');
  const chosen = orderChecks(selected.flatMap((one) => (one.left === undefined ? one.check : [])));
  const from = typeof adapter === 'string' ? pathToFileURL(resolve(adapter)) : adapter;
  declareTests({
    name: options.name ?? 'TSGI conformance of the server',
    checks: [...chosen, ...left.map(({ check }) => check)],
    unchecked: isFiltered(selection) ? [] : uncheckedOf('server', serverSuite),
    file,
    begin: (board) => {
      const expectations = file === undefined ? undefined : readExpectations(file);
      const order = { selection, threshold: level, budget, repeat, expectations };
      return runInThread(from, order, board);
    },
  });
}

function conformApplication(
  application: Application | AsyncApplication,
  options: ApplicationConformanceOptions = {},
): void {
  conformModule('application', options, (given) => runApplicationSuite({ ...given, application }));
}

function conformMiddleware(
  middleware: Middleware | AsyncMiddleware,
  options: MiddlewareConformanceOptions = {},
): void {
  conformModule('middleware', options, (given) => runMiddlewareSuite({ ...given, middleware }));
}

function conformModule(
  kind: 'application' | 'middleware',
  { expect: file, ...options }: ModuleSuiteOptions & Expecting,
  runKind: (options: ModuleSuiteOptions) => Promise<ModuleSuiteRun>,
): void {
  const { run = [], skip = [], profiles = [], personalities = [] } = options;
  const selection = { run, skip, profiles, personalities };
  const chosen = suiteOf(kind).filter(
    (check) => isSelected(check, selection) && isOfProfile(check, profiles),
  );
  declareTests({
    name: options.name ?? `TSGI conformance of the ${kind}`,
    checks: chosen.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    unchecked: isFiltered(selection) ? [] : uncheckedOf(kind, suiteOf(kind)),
    file,
    begin: (board) => {
      if (file !== undefined) readExpectations(file);
      const expected = new ExpectationsFile(
        file === undefined ? undefined : pathOf(file),
        suiteOf(kind).map(({ id }) => id),
      );
      const pin = (result: CheckResult): void => board.pin(expected.revise(result));
      const given = { excluded: readExclusions(), ...options, onResult: pin };
      const finish = ({ results, ...ended }: ModuleSuiteRun): void => {
        const revised = results.map(expected.revise);
        board.finish({ ...ended, results: revised }, expected.reported?.faults ?? []);
      };
      runKind(given).then(finish, (error: unknown) =>
        board.finish({ results: [], fault: String(error) }, []),
      );
      return () => undefined;
    },
  });
}

function isOfProfile({ id }: AnyModuleCheck, profiles: readonly string[]): boolean {
  return profiles.length === 0 || profiles.includes(ruleOfCheck(id).profile);
}

function isFiltered({ run, skip, profiles }: Selection): boolean {
  return run.length + skip.length + profiles.length > 0;
}

function uncheckedOf(
  role: CheckedRule['role'],
  suite: readonly DeclaredCheck[],
): readonly CheckResult[] {
  return listUnchecked(role, new Set(suite.map(({ id }) => ruleOfCheck(id).id)));
}

function declareTests({ name, checks, unchecked, file, begin }: TestPlan): void {
  describe(name, () => {
    const board = new ResultBoard();
    let end: (() => Promise<void> | void) | undefined;
    beforeAll(() => {
      end = begin(board);
    });
    afterAll(() => end?.());
    for (const [rule, members] of groupByRule(checks)) {
      describe(rule, () => {
        for (const { id, title } of members) declareTest(board, id, title);
      });
    }
    for (const { check, title, reason } of unchecked) {
      test(`${check}  ${title}`, (context) => context.skip(reason));
    }
    test('the run comes to its end', { timeout: TIMEOUT }, async () => {
      const { fault, misfits } = await board.end();
      const lines = [
        ...(fault === undefined ? [] : [fault]),
        ...misfits.map((misfit) => `expected failures: ${pathOf(file ?? '')}: ${misfit}`),
        ...(checks.length === 0 ? ['no check was executed: none is chosen'] : []),
      ];
      if (lines.length > 0) throw new NotConforming(lines.join('\n'));
    });
  });
}

function declareTest(board: ResultBoard, id: string, title: string): void {
  test(`${id}  ${title}`, { timeout: TIMEOUT }, async (context) => {
    const result = await board.resultOf(id);
    if (result === undefined || result.outcome === 'notrun') {
      const { fault = 'the target was lost' } = await board.end();
      throw new NotConforming(`not run: ${fault}`);
    }
    await apply(result, context);
  });
}

async function apply(result: CheckResult, context: TestContext): Promise<void> {
  const verdict = judgeResult(result, context.task.file.name);
  if (verdict.kind === 'fail') throw verdict.error;
  if (verdict.kind === 'skip') context.skip(verdict.note);
  else if (verdict.note !== undefined) await context.annotate(verdict.note, 'warning');
}

function groupByRule(
  checks: readonly DeclaredCheck[],
): ReadonlyMap<string, readonly DeclaredCheck[]> {
  const groups = new Map<string, DeclaredCheck[]>();
  for (const check of checks) {
    const { id } = ruleOfCheck(check.id);
    groups.set(id, [...(groups.get(id) ?? []), check]);
  }
  return groups;
}
