import { readFileSync } from 'node:fs';
import { writeComparison } from '../report/compare-reporter.ts';
import { writeHtml } from '../report/html/page.ts';
import type { Report } from '../report/report.ts';
import { filesOf, REPORTERS } from '../report/reporters.ts';
import type { ReporterChoice } from '../report/reporters.ts';
import { readSummary } from '../report/summary.ts';
import { departures } from '../schema/departures.ts';
import type { Schema } from '../schema/departures.ts';
import { UsageError } from './command-error.ts';
import type { Output } from './command-error.ts';
import { parseFlags } from './flags.ts';
import { writeReportFile } from './report-file.ts';

/**
 * `report FILE.json …`: one JSON report in another form, or several beside each other. It judges
 * nothing, so that the exit code is 0 whatever the reports say.
 */
export function reportCommand(args: readonly string[], output: Output): number {
  const { positional, reporters } = parseFlags(args, ['reporter']);
  if (positional.length === 0) throw new UsageError('report needs JSON reports to read');
  const reports = positional.map(readReport);
  for (const choice of reporters) {
    for (const [file, text] of render(reports, choice)) {
      if (choice.file === undefined) output.out(text);
      else writeReportFile(file, text);
    }
  }
  return 0;
}

function render(reports: readonly Report[], choice: ReporterChoice): readonly [string, string][] {
  const { kind, file = '' } = choice;
  const [first] = reports;
  if (first !== undefined && reports.length === 1) return filesOf(first, choice);
  if (kind === 'html') return [[file, writeHtml(reports)]];
  if (kind === 'md' || kind === 'terminal') return [[file, writeComparison(reports)]];
  const known = Object.keys(REPORTERS).filter((name) => COMPARING.has(name));
  throw new UsageError(
    `--reporter ${kind} takes one report; ${known.join(', ')} take several, got ${reports.length}`,
  );
}

const COMPARING: ReadonlySet<string> = new Set(['html', 'md', 'terminal']);

/** A JSON report, whole or as a summary. */
function readReport(file: string): Report {
  const value = parse(file);
  const isSummary = typeof value === 'object' && value !== null && 'outcomes' in value;
  const [fault] = departures(readSchema(isSummary ? 'summary' : 'report'), value);
  if (fault !== undefined) throw new UsageError(`"${file}" is no report of this kit: ${fault}`);
  return isSummary ? readSummary(value as Parameters<typeof readSummary>[0]) : (value as Report);
}

function parse(file: string): unknown {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (text.startsWith('{"event":')) {
      throw new UsageError(`"${file}" is a stream; report reads what json and summary write`);
    }
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`"${file}" cannot be read: ${why.split('\n', 1)[0]}`);
  }
}

function readSchema(name: string): Schema {
  const url = new URL(`../../schemas/${name}.schema.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Schema;
}
