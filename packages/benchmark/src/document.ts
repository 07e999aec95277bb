import type { Report, Skip } from './report.ts';
import { renderMarkdown, renderText, tablesOf } from './tables.ts';

/** Where the part that the command writes begins in the document. */
export const BEGIN = '<!-- benchmark:begin (written by the benchmark with --write-docs) -->';
/** Where it ends. */
export const END = '<!-- benchmark:end -->';

/** Processes wanting a core before the run, above which its figures are called preliminary. */
const QUIET = 0.5;

/** What a run gave, for a terminal. */
export function renderReport(report: Report): string {
  const { machine } = report;
  const head = `${report.date}  ${machine.cpu}, ${machine.cores} cores, ${machine.kernel}\n`;
  const skipped = report.skipped.map((skip) => `skipped ${describeSkip(skip)}\n`).join('');
  const tables = tablesOf(report).map((table) => `\n${renderText(table)}`);
  return [head, ...warningOf(report), skipped, ...tables].join('');
}

/** A sentence where others were at work on the machine, else nothing. */
export function warningOf({ machine }: Pick<Report, 'machine'>): readonly string[] {
  const { loadBefore } = machine;
  if (loadBefore <= QUIET) return [];
  return [
    `The machine was not quiet before the run (load average ${loadBefore}): the figures are preliminary.\n`,
  ];
}

/** One line about a server that was left out. */
export function describeSkip({ scenario, peer, reason }: Skip): string {
  return `${peer}${scenario === undefined ? '' : ` in ${scenario}`}: ${reason}`;
}

/** What a run gave, in Markdown. */
export function renderDocument(report: Report): string {
  const skipped = report.skipped.map((skip) => `- Left out: ${describeSkip(skip)}\n`);
  const parts = [
    ...renderFacts(report),
    ...(skipped.length > 0 ? [skipped.join('')] : []),
    ...tablesOf(report).map(renderMarkdown),
  ];
  return parts.join('\n');
}

/** What is to be known of a run. */
export type RunFacts = Pick<
  Report,
  'command' | 'date' | 'machine' | 'rounds' | 'seconds' | 'versions'
>;

/** How to repeat a run, and where it took place, in Markdown. */
export function renderFacts(report: RunFacts): readonly string[] {
  const { machine } = report;
  const facts = [
    ['date', report.date],
    ['processor', `${machine.cpu}, ${machine.cores} cores`],
    ['memory', `${machine.memoryMib} MiB`],
    ['kernel', machine.kernel],
    ['load average before', String(machine.loadBefore)],
    ['rounds', `${report.rounds}, of ${report.seconds} s for each load`],
    ...Object.entries(report.versions),
  ].map(([name, value]) => `| ${name} | ${value} |\n`);
  return [
    '```sh norun="takes minutes and a quiet machine"\n' + report.command + '\n```\n',
    ...warningOf(report),
    `| | |\n| --- | --- |\n${facts.join('')}`,
  ];
}

/** Puts a report between the marks of a document. Throws where the marks are missing. */
export function replaceReport(document: string, report: Report): string {
  return replacePart(document, renderDocument(report));
}

/** Puts a text between the marks of a document. Throws where the marks are missing. */
export function replacePart(document: string, part: string): string {
  const [before, after] = splitAtMarks(document);
  return `${before}\n\n${part}\n${after}`;
}

/** What is before the report in a document and what after it, marks included. */
export function splitAtMarks(document: string): readonly [before: string, after: string] {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin === -1 || end < begin) {
    throw new Error(`the document lacks the marks ${BEGIN} and ${END}`);
  }
  return [document.slice(0, begin + BEGIN.length), document.slice(end)];
}
