import { PEERS } from './peers.ts';
import type { Report, Row, ScenarioResult } from './report.ts';
import type { Column } from './scenario.ts';
import { type ScenarioName, SCENARIOS } from './scenarios.ts';
import type { Figure } from './statistics.ts';
import type { Verdict } from './targets.ts';

/** Something to show in rows and columns; the first column is text, the others are numbers. */
export interface Table {
  readonly title: string;
  readonly headings: readonly string[];
  readonly rows: ReadonlyArray<readonly string[]>;
}

const NOTHING = '–';

/** The tables of a report: one for each scenario, then the targets. */
export function tablesOf(report: Report): readonly Table[] {
  const targets = report.targets.length === 0 ? [] : [tableOfTargets(report.targets)];
  return [...report.scenarios.map(tableOfScenario), ...targets];
}

function tableOfScenario(result: ScenarioResult): Table {
  const { columns } = SCENARIOS[result.scenario];
  return {
    title: `${result.scenario}: ${result.title}`,
    headings: ['server', ...columns.map(({ heading }) => heading)],
    rows: result.rows.map((row) => [
      PEERS[row.peer].label + (row.failures > 0 ? ` (${row.failures} requests failed)` : ''),
      ...columns.map((column) => cellOf(row, column)),
    ]),
  };
}

function cellOf(row: Row, column: Column): string {
  const { figure, per, digits } = column;
  const shown = per === undefined ? row.figures[figure] : row.ratios[`${figure}/${per}`];
  return shown === undefined ? NOTHING : shown.median.toFixed(digits);
}

function tableOfTargets(verdicts: readonly Verdict[]): Table {
  return {
    title: 'targets: TSGI on its net transport, medians, in parentheses lowest and highest round',
    headings: ['target', 'at most', 'measured', 'met'],
    rows: verdicts.map(({ scenario, what, most, measured, met }) => [
      `${scenario}, ${what}`,
      String(most),
      rangeOf(measured, digitsOf(scenario)),
      met ? 'yes' : 'no',
    ]),
  };
}

function digitsOf(scenario: ScenarioName): number {
  return scenario.endsWith('-memory') ? 1 : 2;
}

function rangeOf(figure: Figure, digits: number): string {
  const [median, min, max] = [figure.median, figure.min, figure.max].map((value) =>
    value.toFixed(digits),
  );
  return `${median} (${min} to ${max})`;
}

/** A table for a terminal: columns aligned with spaces. */
export function renderText(table: Table): string {
  const lines = [table.headings, ...table.rows];
  const widths = table.headings.map((_, at) =>
    Math.max(...lines.map((line) => line[at]?.length ?? 0)),
  );
  const text = lines.map((line) =>
    line
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  '),
  );
  return `${table.title}\n${text.map((line) => `  ${line.trimEnd()}\n`).join('')}`;
}

/** A table in Markdown, under a heading of the third level. */
export function renderMarkdown(table: Table): string {
  const rule = table.headings.map((_, at) => (at === 0 ? '---' : '---:'));
  const [name = '', ...rest] = table.title.split(': ');
  const rows = [table.headings, rule, ...table.rows].map((row) => `| ${row.join(' | ')} |\n`);
  return `### ${name}\n\n${capitalised(rest.join(': '))}.\n\n${rows.join('')}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
