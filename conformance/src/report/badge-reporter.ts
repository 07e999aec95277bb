import type { Report, ReportedResult } from './report.ts';
import { lacksProfile, standingOf } from './standing.ts';

/** What https://shields.io/badges/endpoint-badge takes; `schemas/badge.schema.json` describes it. */
export interface Badge {
  readonly schemaVersion: 1;
  readonly label: string;
  readonly message: string;
  readonly color: 'brightgreen' | 'green' | 'yellow' | 'red' | 'lightgrey';
  readonly isError?: boolean;
}

/** The badge of one profile, or of all together. */
export function makeBadge(report: Report, profile?: string): Badge {
  const results = report.results.filter(
    (result) => profile === undefined || result.profile === profile,
  );
  const label = profile === undefined ? 'TSGI' : `TSGI ${profile}`;
  const isAbsent = profile !== undefined && lacksProfile(report, profile);
  const told = isAbsent ? NOT_SUPPORTED : tell(results);
  const broken = report.summary.fault !== undefined || report.summary.exitCode === 4;
  return { schemaVersion: 1, label, ...(broken ? NO_VERDICT : told) };
}

/** The badges of a report as JSON texts: one for each name that the profile has in a file name. */
export function writeBadges(report: Report): ReadonlyMap<string, string> {
  const profiles = [...new Set(report.results.map(({ profile }) => profile))].toSorted();
  const badges = profiles.map((profile) => [profile, makeBadge(report, profile)] as const);
  return new Map([...badges, ['all', makeBadge(report)] as const].map(toText));
}

function toText([name, badge]: readonly [string, Badge]): [string, string] {
  return [name, `${JSON.stringify(badge, null, 2)}\n`];
}

type Told = Pick<Badge, 'message' | 'color' | 'isError'>;

const NO_VERDICT: Told = { message: 'no verdict', color: 'lightgrey', isError: true };
const NOT_RUN: Told = { message: 'not run', color: 'lightgrey' };
const NOT_SUPPORTED: Told = { message: 'not supported', color: 'lightgrey' };

function tell(results: readonly ReportedResult[]): Told {
  const count = (isCounted: (result: ReportedResult) => boolean): number =>
    results.filter(isCounted).length;
  if (count((result) => standingOf(result) === 'broken') > 0) return NO_VERDICT;
  const ran = count(({ outcome }) => outcome !== 'skip');
  if (ran === 0) {
    const isAbsent = results.some(({ reason }) => reason?.startsWith('capability:') === true);
    return isAbsent ? NOT_SUPPORTED : NOT_RUN;
  }
  const bad = count((result) => standingOf(result) === 'bad');
  if (bad > 0) return { message: `${bad} of ${ran} fail`, color: 'red' };
  const excused = count(({ outcome }) => outcome === 'xfail');
  if (excused > 0) return { message: `${excused} of ${ran} known failures`, color: 'yellow' };
  const warned = count(({ outcome }) => outcome === 'warn');
  const checks = plural(ran, 'check');
  if (warned > 0) return { message: `${checks}, ${plural(warned, 'warning')}`, color: 'green' };
  return { message: checks, color: 'brightgreen' };
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
