import { writeFailureBlock } from './failure-block.ts';
import type { Report, ReportedResult } from './report.ts';
import { remarkOn, runFaults, standingOf } from './standing.ts';

/** The report as Markdown, good for the summary of a CI job. */
export function writeMarkdown(report: Report): string {
  const { target, kit, spec, summary, results } = report;
  const bad = results.filter((result) => ['bad', 'broken'].includes(standingOf(result)));
  const { name, version, url, runtime } = target.meta;
  const on = runtime === undefined ? '' : ` on ${plain(runtime)}`;
  return (
    [
      `# ${plain(name)} ${plain(version)}${on}: ${verdictOf(report)}`,
      `${summary.pass} of ${summary.total} checks pass; exit code ${summary.exitCode}. ` +
        `TSGI ${plain(spec.version)}, ${plain(kit.name)} ${plain(kit.version)}.`,
      ...(url === undefined ? [] : [`About the target: ${link(url)}`]),
      ...runFaults(report).map((fault) => `**${plain(fault.name)}**: ${plain(fault.message)}`),
      writeTable(results),
      ...section('Failures', bad.map(writeFailure)),
      ...section(
        'Warnings',
        rows(results, ({ outcome }) => outcome === 'warn'),
      ),
      ...section(
        'Expected failures',
        rows(results, ({ outcome }) => outcome === 'xfail'),
      ),
      ...section('Left out', writeLeft(results)),
      ...section(
        'What the target does where it has the choice',
        report.behaviours.map(({ check, answer }) => `- ${code(check)}: ${plain(answer)}`),
      ),
    ].join('\n\n') + '\n'
  );
}

/** The verdict on a run in a few words. */
export function verdictOf({ summary }: Report): string {
  const { exitCode, xfail } = summary;
  if (exitCode === 0 && xfail > 0)
    return `fails as expected in ${xfail} checks, keeps the other rules`;
  if (exitCode === 0) return 'keeps the rules that were checked';
  if (summary.exitCode === 1) return 'does not keep the rules';
  return summary.exitCode === 4 ? 'no check was executed' : 'no verdict';
}

function writeTable(results: readonly ReportedResult[]): string {
  const profiles = [...new Set(results.map(({ profile }) => profile))].toSorted();
  const lines = profiles.map((profile) => {
    const members = results.filter((result) => result.profile === profile);
    const count = (...outcomes: readonly string[]): number =>
      members.filter(({ outcome }) => outcomes.includes(outcome)).length;
    const cells = [
      count('pass', 'info'),
      count('warn'),
      count('xfail'),
      count('fail', 'xpass', 'blocked'),
      count('error', 'notrun'),
      count('skip'),
    ];
    return `| ${plain(profile)} | ${cells.join(' | ')} |`;
  });
  return [
    '| profile | pass | warn | expected failure | fail | error | skip |',
    '|---|---:|---:|---:|---:|---:|---:|',
    ...lines,
  ].join('\n');
}

function section(title: string, parts: readonly string[]): readonly string[] {
  if (parts.length === 0) return [];
  const isList = parts.every((part) => part.startsWith('- '));
  return [`## ${title}`, parts.join(isList ? '\n' : '\n\n')];
}

function rows(
  results: readonly ReportedResult[],
  isShown: (result: ReportedResult) => boolean,
): readonly string[] {
  return results.filter(isShown).map((result) => {
    return `- ${code(result.check)} ${plain(remarkOn(result))}`;
  });
}

/** What was not asked for is counted; the rest is worth a line for each. */
function writeLeft(results: readonly ReportedResult[]): readonly string[] {
  const unasked = results.filter(isUnasked).length;
  return [
    ...rows(results, (result) => result.outcome === 'skip' && !isUnasked(result)),
    ...(unasked === 0 ? [] : [`- ${unasked} that were not asked for`]),
  ];
}

function isUnasked({ reason }: ReportedResult): boolean {
  return reason === 'filtered' || reason === 'profile';
}

function writeFailure(result: ReportedResult): string {
  return fence(writeFailureBlock(result));
}

/** A code block whose fence no line of the text can end. */
function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}text\n${text.trimEnd()}\n${ticks}`;
}

/** Text in which Markdown finds nothing to interpret; in tables and lists it stays on its line. */
export function plain(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\u{2028}\u{2029}]+/gu, ' ')
    .replaceAll(/[\\`*_{}[\]|<>~&#]/g, String.raw`\$&`);
}

/** An address of the web as a link; any other text stays text. */
function link(url: string): string {
  return /^https?:\/\/[^\s<>\p{Cc}]+$/u.test(url) ? `<${url}>` : plain(url);
}

function code(text: string): string {
  return `\`${text.replaceAll(/[`\p{Cc}|]/gu, '')}\``;
}
