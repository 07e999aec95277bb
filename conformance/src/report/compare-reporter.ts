import type { Outcome } from '../outcome.ts';
import { groupByProfile, mergeReports, worstOf } from './html/model.ts';
import type { RuleRow } from './html/model.ts';
import { plain } from './markdown-reporter.ts';
import type { Report, ReportedResult } from './report.ts';
import { remarkOn } from './standing.ts';

/** Several reports as one Markdown text: what each target keeps, and where they part. */
export function writeComparison(reports: readonly Report[]): string {
  const rules = mergeReports(reports);
  const parts = [
    '## Checks by profile',
    writeProfiles(reports, rules),
    '`✓` passed, `≈` failed as expected, `!` warned, `✕` failed, `–` skipped.',
    '## Rules that not every target keeps',
    'The numbers are those of the targets above.',
    writeRules(reports, rules),
    '`✓` kept, `≈` an expected failure, `!` a warning, `✕` broken, `–` not checked, `·` not known.',
    ...writeReasons(reports),
  ];
  return `${parts.join('\n\n')}\n`;
}

type Results = readonly (ReportedResult | undefined)[];

/** A row for each target, since there may be more of them than profiles. */
function writeProfiles(reports: readonly Report[], rules: readonly RuleRow[]): string {
  const profiles = [...groupByProfile(rules)];
  const rows = reports.map((report, index) => {
    const cells = profiles.map(([_profile, members]) =>
      countCell(members.flatMap(({ checks }) => checks.map(({ results }) => results[index]))),
    );
    return [String(index + 1), plain(nameOf(report)), ...cells];
  });
  return writeTable(['', 'target', ...profiles.map(([profile]) => profile)], rows);
}

function countCell(results: Results): string {
  const count = (...wanted: readonly Outcome[]): number =>
    results.filter((result) => result !== undefined && wanted.includes(result.outcome)).length;
  const counts = [
    [count('pass', 'info'), '✓'],
    [count('xfail'), '≈'],
    [count('warn'), '!'],
    [count('fail', 'xpass', 'blocked', 'error', 'notrun'), '✕'],
    [count('skip'), '–'],
  ].flatMap(([number, mark]) => (number === 0 ? [] : [`${number} ${mark}`]));
  return counts.length === 0 ? '·' : counts.join(', ');
}

function writeRules(reports: readonly Report[], rules: readonly RuleRow[]): string {
  const rows = rules.flatMap(({ rule, level, checks }) => {
    const cells = reports.map((_report, index) =>
      markOf(checks.map(({ results }) => results[index])),
    );
    return cells.every((cell) => '✓–·'.includes(cell)) ? [] : [[`\`${rule}\``, level, ...cells]];
  });
  return rows.length === 0
    ? 'There are none.'
    : writeTable(['rule', 'level', ...reports.map((_report, index) => String(index + 1))], rows);
}

function markOf(results: Results): string {
  const worst = worstOf(results.flatMap((result) => result?.outcome ?? []));
  if (worst === undefined) return '·';
  if (worst === 'pass' || worst === 'info') return '✓';
  if (worst === 'skip') return '–';
  if (worst === 'xfail') return '≈';
  return worst === 'warn' ? '!' : '✕';
}

/** The reasons of expected failures and the words of warnings, target by target. */
function writeReasons(reports: readonly Report[]): readonly string[] {
  return reports.flatMap((report) => {
    const lines = report.results.flatMap((result) =>
      ['xfail', 'warn', 'fail'].includes(result.outcome)
        ? [`- \`${result.check}\` ${plain(remarkOn(result))}`]
        : [],
    );
    return lines.length === 0 ? [] : [`## ${plain(nameOf(report))}`, lines.join('\n')];
  });
}

function nameOf({ target }: Report): string {
  return target.meta.name;
}

function writeTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads.map(plain), heads.map(() => '---'), ...rows].map(writeLine).join('\n');
}

function writeLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
