import type { CheckResult, SuiteRun } from '../engine/run-suite.ts';
import type { Threshold } from '../engine/run-check.ts';
import { countOutcomes } from '../outcome.ts';
import type { Outcome, SkipReason, Tally } from '../outcome.ts';
import { escapeByteString } from '../wire/escape-bytes.ts';
import { chooseExitCode } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';

/** What was asked for on the command line. */
export interface RequestedRun {
  /** The adapter as it was named. */
  readonly adapter: string;
  readonly profiles: readonly string[];
  readonly run: readonly string[];
  readonly skip: readonly string[];
  readonly level: Threshold;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly repeat: number;
  /** Milliseconds for each check. */
  readonly budget: number;
}

/** The result of one check as the JSON report holds it; octets are escaped. */
export interface ReportedResult {
  readonly check: string;
  readonly rule: string;
  readonly level: string;
  readonly profile: string;
  readonly anchor: string;
  readonly text: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly reason?: SkipReason;
  readonly blockedBy?: string;
  readonly expectation?: { readonly reason: string; readonly line: number };
  readonly message?: string;
  readonly expected?: string;
  readonly got?: string;
  readonly flaky?: readonly Outcome[];
  readonly assertions: number;
  readonly durationMs: number;
  readonly wire: readonly { sent: string; received: string; end: string }[];
  readonly trace: readonly { seq: number; type: string; data?: unknown }[];
  readonly reproduce: string;
}

/** The JSON report; `schemas/report.schema.json` describes it. */
export interface Report {
  readonly kit: { readonly name: string; readonly version: string };
  readonly spec: { readonly version: string };
  readonly target: {
    readonly kind: 'server' | 'application' | 'middleware';
    readonly adapter: string;
    readonly meta: SuiteRun['meta'];
  };
  readonly profiles: readonly string[];
  readonly options: Omit<RequestedRun, 'adapter' | 'profiles'>;
  readonly summary: Tally & {
    readonly total: number;
    readonly exitCode: ExitCode;
    readonly durationMs: number;
    /** Why nothing could be run. */
    readonly fault?: string;
  };
  readonly results: readonly ReportedResult[];
  /** What MAY rules leave to the server. */
  readonly behaviours: readonly { check: string; rule: string; answer: string }[];
  /** The file of expected failures, where there is one, and what is wrong with it. */
  readonly expectations?: ReportedExpectations;
}

/** A file of expected failures, as a report names it. */
export interface ReportedExpectations {
  readonly file: string;
  readonly faults: readonly string[];
}

/** What a report is made from. */
export interface ReportSource {
  readonly kitVersion: string;
  /** What was judged; a server unless given. */
  readonly kind?: Report['target']['kind'];
  readonly requested: RequestedRun;
  readonly suite: SuiteRun;
  readonly durationMs: number;
  readonly expectations?: ReportedExpectations | undefined;
  /** The command line that shows one check again. */
  readonly reproduce: (check: string) => string;
}

/** Puts the report together; all results, sorted by check. */
export function buildReport(source: ReportSource): Report {
  const { requested, suite, expectations } = source;
  const { adapter, profiles, ...options } = requested;
  const results = suite.results.toSorted((a, b) => (a.check < b.check ? -1 : 1));
  const behaviours = results.filter(({ outcome }) => outcome === 'info');
  return {
    kit: { name: '@tsgi/conformance', version: source.kitVersion },
    spec: { version: '1.0' },
    target: { kind: source.kind ?? 'server', adapter, meta: suite.meta },
    profiles,
    options,
    summary: {
      ...countOutcomes(results.map(({ outcome }) => outcome)),
      total: results.length,
      exitCode: chooseExitCode(results, suite.fault, expectations?.faults),
      durationMs: Math.round(source.durationMs),
      ...(suite.fault === undefined ? {} : { fault: suite.fault }),
    },
    results: results.map((result) => reportResult(result, source.reproduce(result.check))),
    behaviours: behaviours.map(({ check, rule, message }) => ({
      check,
      rule: rule.id,
      answer: message ?? 'yes',
    })),
    ...(expectations === undefined ? {} : { expectations }),
  };
}

/** One result as reports hold it. */
export function reportResult(result: CheckResult, reproduce: string): ReportedResult {
  const { check, rule, title, outcome, reason, blockedBy, message, expected, got, flaky } = result;
  const { expectation } = result;
  return {
    check,
    rule: rule.id,
    level: rule.level,
    profile: rule.profile,
    anchor: rule.anchor,
    text: rule.text,
    title,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(blockedBy === undefined ? {} : { blockedBy }),
    ...(expectation === undefined ? {} : { expectation }),
    ...(message === undefined ? {} : { message }),
    ...(expected === undefined ? {} : { expected }),
    ...(got === undefined ? {} : { got }),
    ...(flaky === undefined ? {} : { flaky }),
    assertions: result.assertions ?? 0,
    durationMs: result.durationMs ?? 0,
    wire: (result.wire ?? []).map(({ sent, received, end }) => ({
      sent: escapeByteString(sent),
      received: escapeByteString(received),
      end,
    })),
    trace: result.events ?? [],
    reproduce,
  };
}
