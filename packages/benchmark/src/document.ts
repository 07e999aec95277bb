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
  const warning = machine.loadBefore > QUIET ? `${warningOf(report)}\n` : '';
  const skipped = report.skipped.map((skip) => `skipped ${describeSkip(skip)}\n`).join('');
  const tables = tablesOf(report).map((table) => `\n${renderText(table)}`);
  return head + warning + skipped + tables.join('');
}

function warningOf({ machine }: Report): string {
  return `The machine was not quiet before the run (load average ${machine.loadBefore}): the figures are preliminary.`;
}

/** One line about a server that was left out. */
export function describeSkip({ scenario, peer, reason }: Skip): string {
  return `${peer}${scenario === undefined ? '' : ` in ${scenario}`}: ${reason}`;
}

/** What a run gave, in Markdown. */
export function renderDocument(report: Report): string {
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
  const skipped = report.skipped.map((skip) => `- Left out: ${describeSkip(skip)}\n`);
  const parts = [
    '```sh\n' + report.command + '\n```\n',
    ...(machine.loadBefore > QUIET ? [`${warningOf(report)}\n`] : []),
    `| | |\n| --- | --- |\n${facts.join('')}`,
    ...(skipped.length > 0 ? [skipped.join('')] : []),
    ...tablesOf(report).map(renderMarkdown),
  ];
  return parts.join('\n');
}

/** Puts a report between the marks of a document. Throws where the marks are missing. */
export function replaceReport(document: string, report: Report): string {
  const [before, after] = splitAtMarks(document);
  return `${before}\n\n${renderDocument(report)}\n${after}`;
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
