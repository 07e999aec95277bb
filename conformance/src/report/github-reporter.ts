import type { Report, ReportedResult } from './report.ts';
import { remarkOn, runFaults, standingOf } from './standing.ts';

/** The report as workflow commands, which GitHub shows as annotations of a run. */
export function writeGithub(report: Report): string {
  const { summary, target } = report;
  const counts = `${summary.pass} of ${summary.total} checks pass, exit code ${summary.exitCode}`;
  const lines = [
    ...runFaults(report).map(({ name, message }) => command('error', name, message)),
    ...report.results.flatMap(annotate),
    command('notice', 'TSGI conformance', `${target.meta.name} ${target.meta.version}: ${counts}`),
  ];
  return `${lines.join('\n')}\n`;
}

function annotate(result: ReportedResult): readonly string[] {
  const standing = standingOf(result);
  const isBad = standing === 'bad' || standing === 'broken';
  if (!isBad && result.outcome !== 'warn') return [];
  const { check, level, text, reproduce } = result;
  const message = [remarkOn(result), `${level}: ${text}`, reproduce].join('\n');
  return [command(isBad ? 'error' : 'warning', check, message)];
}

function command(kind: 'error' | 'warning' | 'notice', title: string, message: string): string {
  return `::${kind} title=${escapeProperty(title)}::${escapeData(message)}`;
}

/** The three characters that would end a workflow command, as GitHub decodes them. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
