import { countOutcomes } from '../outcome.ts';
import type { Outcome, SkipReason } from '../outcome.ts';
import { findRule } from '../rules.ts';
import { applicationSuite } from '../suites/application/suite.ts';
import { middlewareSuite } from '../suites/middleware/suite.ts';
import { serverSuite } from '../suites/server/suite.ts';
import { chooseExitCode } from './exit-code.ts';
import { listBehaviours } from './report.ts';
import type { Report, ReportedResult } from './report.ts';

/**
 * What is worth keeping of a report: no time, port, octet or version of a runtime, so that two runs
 * with the same outcome are the same text. `schemas/summary.schema.json` describes it.
 */
export interface ReportSummary {
  readonly kit: Report['kit'];
  readonly spec: Report['spec'];
  readonly target: {
    readonly kind: Report['target']['kind'];
    readonly adapter: string;
    readonly name: string;
    readonly version: string;
    /** Where to read about it. */
    readonly url?: string;
    readonly runtime?: string;
  };
  /** The outcome of every check, by its id. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** What is to be said of outcomes that are no plain pass, by the id of the check. */
  readonly remarks: Readonly<Record<string, SummaryRemark>>;
}

/** More about one outcome. */
export interface SummaryRemark {
  /** Why it was skipped. */
  readonly reason?: SkipReason;
  /** Why it is expected to fail. */
  readonly excuse?: string;
  /** How it failed; for a MAY rule, the answer. */
  readonly message?: string;
}

/** Takes from a report what stays the same when the run is repeated. */
export function summarizeReport({ kit, spec, target, results }: Report): ReportSummary {
  const { name, version, url, runtime } = target.meta;
  const [engine] = (runtime ?? '').split(/[ /]/, 1);
  const told = results.filter(({ outcome }) => outcome !== 'pass');
  return {
    kit,
    spec,
    target: {
      kind: target.kind,
      adapter: target.adapter,
      name,
      version,
      ...(url === undefined ? {} : { url }),
      ...(engine === undefined || engine === '' ? {} : { runtime: engine }),
    },
    outcomes: Object.fromEntries(results.map(({ check, outcome }) => [check, outcome])),
    remarks: Object.fromEntries(told.map((result) => [result.check, remark(result)])),
  };
}

/** The summary as a JSON text. */
export function writeSummaryFile(report: Report): string {
  return `${JSON.stringify(summarizeReport(report), null, 2)}\n`;
}

function remark(result: ReportedResult): SummaryRemark {
  const { check, title, reason, expectation, message, blockedBy } = result;
  // Of a rule without a check, the title says why there is none.
  const told = check.endsWith('.none') ? title : (message ?? blockedBy);
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(expectation === undefined ? {} : { excuse: expectation.reason }),
    ...(told === undefined ? {} : { message: told }),
  };
}

/** A report that holds what its summary does; the words of rules and checks are those of this kit. */
export function readSummary({ kit, spec, target, outcomes, remarks }: ReportSummary): Report {
  const { kind, adapter, ...meta } = target;
  const results = Object.entries(outcomes).map(([check, outcome]) =>
    readResult(check, outcome, remarks[check]),
  );
  return {
    kit,
    spec,
    target: { kind, adapter, meta },
    profiles: [],
    options: OPTIONS,
    summary: {
      ...countOutcomes(results.map(({ outcome }) => outcome)),
      total: results.length,
      exitCode: chooseExitCode(results),
      durationMs: 0,
    },
    results,
    behaviours: listBehaviours(results),
  };
}

const OPTIONS: Report['options'] = {
  run: [],
  skip: [],
  level: 'must',
  seed: 1,
  shuffle: false,
  repeat: 1,
  budget: 5000,
};

/** A rule of another version of the specification. */
const UNKNOWN = {
  level: 'MUST',
  profile: 'core',
  anchor: 'docs/guide/conformance.md',
  text: 'This kit does not know the rule.',
};

const TITLES: ReadonlyMap<string, string> = new Map(
  [...serverSuite, ...applicationSuite, ...middlewareSuite].map(({ id, title }) => [id, title]),
);

function readResult(
  check: string,
  outcome: Outcome,
  { reason, excuse, message }: SummaryRemark = {},
): ReportedResult {
  const known = findRule(check.slice(0, check.indexOf('.')));
  const rule = check.slice(0, check.indexOf('.'));
  const { level, profile, anchor, text } = known ?? UNKNOWN;
  return {
    check,
    rule,
    level,
    profile,
    anchor,
    text,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(excuse === undefined ? {} : { expectation: { reason: excuse, line: 1 } }),
    ...(message === undefined ? {} : { message }),
    title: TITLES.get(check) ?? message ?? 'this kit has no such check',
    assertions: 0,
    durationMs: 0,
    wire: [],
    trace: [],
    reproduce: '',
  };
}
