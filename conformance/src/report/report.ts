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
  /** The id of the check; a rule, a dot and `none` where no check can decide the rule. */
  readonly check: string;
  /** The id of the rule. */
  readonly rule: string;
  /** How much the rule binds: `MUST`, `SHOULD` or `MAY`. */
  readonly level: string;
  /** Which claim the rule belongs to. */
  readonly profile: string;
  /** Where the rule stands: document and heading, for example `tsgi-1.0.md#env-method`. */
  readonly anchor: string;
  /** The sentence of the rule. */
  readonly text: string;
  /** What is checked, as a sentence; where no check decides the rule, why. */
  readonly title: string;
  /** The worst of all runs of the check; `xfail` or `xpass` where a failure was expected. */
  readonly outcome: Outcome;
  /** Why it was skipped. */
  readonly reason?: SkipReason;
  /** The check whose outcome blocks this one. */
  readonly blockedBy?: string;
  /** The line of the file of expected failures that speaks of it. */
  readonly expectation?: {
    /** Why the failure is expected, in the words of the file. */
    readonly reason: string;
    /** Counted from 1. */
    readonly line: number;
  };
  /** What is to be said of the outcome; of a MAY rule `yes` or `no`, of no occasion `nothing to judge`. */
  readonly message?: string;
  /** What the assertion that failed looked at, and what it expected. */
  readonly expected?: string;
  /** What came instead. */
  readonly got?: string;
  /** All outcomes of a repeated check, where they differ. */
  readonly flaky?: readonly Outcome[];
  /** How many assertions were executed; 0 where the check did not run. */
  readonly assertions: number;
  /** Milliseconds, to a tenth; 0 where the check did not run. */
  readonly durationMs: number;
  /** One entry for each connection, or for each exchange with a module. */
  readonly wire: readonly {
    /** What the kit sent, octets escaped as in C; of a connection the first 8 KiB. */
    sent: string;
    /** What came back, likewise. */
    received: string;
    /** `open`, `fin` or `rst`; of an exchange `complete`, `aborted` or `client left`. */
    end: string;
  }[];
  /** What the application and the server reported; the long log of a server is abridged. */
  readonly trace: readonly {
    /** Counted from 1, in the order in which it was reported. */
    seq: number;
    /** What kind of event it is; each check has words of its own. */
    type: string;
    /** What was told besides; absent where nothing was. */
    data?: unknown;
  }[];
  /** The command line that shows this check again, for a POSIX shell. */
  readonly reproduce: string;
}

/** The JSON report; `schemas/report.schema.json` describes it. */
export interface Report {
  /** Which kit judged. */
  readonly kit: {
    /** Always `@tsgi/conformance`. */
    readonly name: string;
    /** The version of the package. */
    readonly version: string;
  };
  /** Which specification it was judged by. */
  readonly spec: {
    /** For example `1.0`. */
    readonly version: string;
  };
  /** What was judged. */
  readonly target: {
    /** The role whose rules were checked. */
    readonly kind: 'server' | 'application' | 'middleware';
    /** The adapter or the module as it was named on the command line. */
    readonly adapter: string;
    /** Who it is; the version of a module is its profile, `unknown` where none was found. */
    readonly meta: SuiteRun['meta'];
  };
  /** The profiles that were asked for; all where empty. */
  readonly profiles: readonly string[];
  /** What else was asked for, defaults filled in. */
  readonly options: Omit<RequestedRun, 'adapter' | 'profiles'>;
  /** How many results there are of each outcome, and what the run comes to. */
  readonly summary: Tally & {
    /** How many results there are, those of checks that did not run included. */
    readonly total: number;
    /** 0: all as expected. 1: something was not. 3: a broken run. 4: nothing was executed. */
    readonly exitCode: ExitCode;
    /** Milliseconds for the whole run. */
    readonly durationMs: number;
    /** Why nothing could be run. */
    readonly fault?: string;
  };
  /** Sorted by the id of the check. */
  readonly results: readonly ReportedResult[];
  /** What MAY rules leave to the server; empty for applications and middleware. */
  readonly behaviours: readonly {
    /** The id of the check that looked. */
    readonly check: string;
    /** The id of the rule. */
    readonly rule: string;
    /** Whether the server does what the rule allows. */
    readonly answer: 'yes' | 'no';
  }[];
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
  const reported = results.map((result) => reportResult(result, source.reproduce(result.check)));
  return {
    kit: { name: '@tsgi/conformance', version: source.kitVersion },
    spec: { version: '1.0' },
    target: { kind: source.kind ?? 'server', adapter, meta: pickTexts(suite.meta) },
    profiles,
    options,
    summary: {
      ...countOutcomes(results.map(({ outcome }) => outcome)),
      total: results.length,
      exitCode: chooseExitCode(results, suite.fault, expectations?.faults),
      durationMs: Math.round(source.durationMs),
      ...(suite.fault === undefined ? {} : { fault: suite.fault }),
    },
    results: reported,
    behaviours: listBehaviours(reported),
    ...(expectations === undefined ? {} : { expectations }),
  };
}

/** An adapter in JavaScript may give anything for what is optional; reports hold texts. */
function pickTexts({ url, runtime, ...meta }: SuiteRun['meta']): SuiteRun['meta'] {
  return {
    ...meta,
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof runtime === 'string' ? { runtime } : {}),
  };
}

/** The answers among the results. A module that gave no occasion informs as well, but answers nothing. */
export function listBehaviours(results: readonly ReportedResult[]): Report['behaviours'] {
  return results.flatMap(({ check, rule, outcome, message }) =>
    outcome === 'info' && (message === 'yes' || message === 'no')
      ? [{ check, rule, answer: message }]
      : [],
  );
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
