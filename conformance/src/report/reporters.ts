/** Rule 1: every reporter stands in this table, with what it makes of a report. */
import { resolve } from 'node:path';
import { writeBadges } from './badge-reporter.ts';
import { writeGithub } from './github-reporter.ts';
import { writeHtml } from './html/page.ts';
import { writeJson } from './json-reporter.ts';
import { writeJunit } from './junit-reporter.ts';
import { writeMarkdown } from './markdown-reporter.ts';
import { writeStream } from './ndjson-reporter.ts';
import type { Report } from './report.ts';
import { writeSummaryFile } from './summary.ts';
import { writeTap } from './tap-reporter.ts';
import { writeSummary } from './terminal-reporter.ts';

/** The names that `--reporter` takes. */
export type ReporterKind =
  | 'terminal'
  | 'json'
  | 'junit'
  | 'tap'
  | 'md'
  | 'ndjson'
  | 'github'
  | 'badge'
  | 'summary'
  | 'html';

/** Where a report goes. */
export interface ReporterChoice {
  readonly kind: ReporterKind;
  /** Standard output where absent. */
  readonly file?: string;
}

/** A report as a text, by the name of the reporter. */
export const REPORTERS: Readonly<Record<ReporterKind, (report: Report) => string>> = {
  terminal: (report) => writeSummary(report, false),
  json: writeJson,
  junit: writeJunit,
  tap: writeTap,
  md: writeMarkdown,
  ndjson: writeStream,
  github: writeGithub,
  badge: (report) => writeBadges(report).get('all') ?? '',
  summary: writeSummaryFile,
  html: (report) => writeHtml([report]),
};

/** These can share standard output: people and GitHub read them line by line. */
const SHARED: ReadonlySet<ReporterKind> = new Set(['terminal', 'github']);

/** The name of a reporter; undefined for any other text. */
export function findReporter(name: string): ReporterKind | undefined {
  return Object.hasOwn(REPORTERS, name) ? (name as ReporterKind) : undefined;
}

/** Two reporters that would spoil each other on standard output, or the same file, however it is named. */
export function findClash(
  choices: readonly ReporterChoice[],
): readonly [ReporterChoice, ReporterChoice] | undefined {
  for (const [index, choice] of choices.entries()) {
    const other = choices.slice(0, index).find((earlier) => placeOf(earlier) === placeOf(choice));
    if (other === undefined) continue;
    const isShared = SHARED.has(choice.kind) && SHARED.has(other.kind);
    if (choice.file !== undefined || !isShared || choice.kind === other.kind) {
      return [other, choice];
    }
  }
  return undefined;
}

function placeOf({ file }: ReporterChoice): string | undefined {
  return file === undefined ? undefined : resolve(file);
}

/** What the name of a file may hold that stands for one badge of many. */
export const PROFILE = '{profile}';

/** The files that one choice of a reporter leads to, with their texts. */
export function filesOf(report: Report, { kind, file = '' }: ReporterChoice): [string, string][] {
  if (kind !== 'badge' || !file.includes(PROFILE)) return [[file, REPORTERS[kind](report)]];
  return [...writeBadges(report)].map(([name, text]) => [file.replaceAll(PROFILE, name), text]);
}
