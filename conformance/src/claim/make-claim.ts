import type { Report, ReportedResult } from '../report/report.ts';
import { lacksProfile, remarkOn } from '../report/standing.ts';
import { isUnchecked } from './obstacles.ts';

/** A claim of conformance; `schemas/claim.schema.json` describes it. */
export interface Claim {
  readonly claim: 1;
  /** The day of the run: `2027-01-31`. */
  readonly date: string;
  readonly kit: Report['kit'];
  readonly spec: Report['spec'];
  readonly target: Report['target'];
  readonly profiles: readonly ClaimedProfile[];
  /** What the target lacks, by the names of the capabilities. */
  readonly absent: readonly string[];
  /** SHOULD rules that are not kept, each with its reason. */
  readonly exceptions: readonly Remark[];
  /** Checks that were challenged with success. */
  readonly excluded: readonly Remark[];
  /** Rules that this kit does not check. */
  readonly unchecked: readonly Remark[];
  /** The evidence: every check of the run. */
  readonly junit: { readonly file: string; readonly sha256: string };
}

/** How many checks of a profile there are, by outcome; it is claimed where the target has it and some passed. */
export interface ClaimedProfile {
  readonly profile: string;
  readonly claimed: boolean;
  readonly pass: number;
  readonly info: number;
  readonly warn: number;
  readonly xfail: number;
  readonly skip: number;
}

/** A check and what is to be said of it. */
export interface Remark {
  readonly check: string;
  readonly why: string;
}

/** What a claim says beside the report. */
export interface ClaimDetails {
  readonly date: string;
  readonly junit: Claim['junit'];
}

/** Puts a claim together; the report must have no obstacle. */
export function makeClaim(report: Report, { date, junit }: ClaimDetails): Claim {
  const { kit, spec, target, results } = report;
  const list = (isListed: (result: ReportedResult) => boolean): readonly Remark[] =>
    results.filter(isListed).map((result) => ({ check: result.check, why: remarkOn(result) }));
  const reasons = new Set(results.flatMap(({ reason }) => reason ?? []));
  const capabilities = [...reasons].flatMap(
    (reason) => /^capability:(.+)$/.exec(reason)?.[1] ?? [],
  );
  const profiles = [...new Set(results.map(({ profile }) => profile))].toSorted();
  return {
    claim: 1,
    date,
    kit,
    spec,
    target,
    profiles: profiles.map((profile) => countProfile(profile, report)),
    absent: capabilities.toSorted(),
    exceptions: list(({ outcome }) => outcome === 'xfail' || outcome === 'warn'),
    excluded: list(({ reason }) => reason === 'excluded'),
    unchecked: list(isUnchecked),
    junit,
  };
}

function countProfile(profile: string, report: Report): ClaimedProfile {
  const { results } = report;
  const members = results.filter((result) => result.profile === profile);
  const count = (wanted: string): number =>
    members.filter(({ outcome }) => outcome === wanted).length;
  const pass = count('pass');
  const counts = { pass, info: count('info'), warn: count('warn'), xfail: count('xfail') };
  const claimed = pass > 0 && !lacksProfile(report, profile);
  return { profile, claimed, ...counts, skip: count('skip') };
}
