import { writeFailureBlock, writeTrace } from './failure-block.ts';
import type { Report, ReportedResult } from './report.ts';
import { groupByFamily, remarkOn, runFaults, standingOf } from './standing.ts';
import type { RunFault } from './standing.ts';

/**
 * The report as JUnit XML: a suite for each family of rules, a case for each check. What costs the
 * run its exit code is a failure or an error, so that a CI system that reads the file agrees.
 */
export function writeJunit(report: Report): string {
  const { target, results } = report;
  const suites = [...groupByFamily(results)].map(([family, members]) => {
    return writeSuite(family, members.map(writeCase), members);
  });
  const faults = runFaults(report);
  if (faults.length > 0) suites.unshift(writeSuite('run', faults.map(writeFault), [], faults));
  const totals = countAttributes(results, faults);
  const name = escapeXml(`TSGI conformance of ${target.meta.name} ${target.meta.version}`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${name}" ${totals} time="${seconds(report.summary.durationMs)}">`,
    ...suites,
    '</testsuites>\n',
  ].join('\n');
}

function writeSuite(
  name: string,
  cases: readonly string[],
  results: readonly ReportedResult[],
  faults: readonly RunFault[] = [],
): string {
  const counts = countAttributes(results, faults);
  const time = seconds(results.reduce((sum, { durationMs }) => sum + durationMs, 0));
  return [
    `  <testsuite name="${escapeXml(name)}" ${counts} time="${time}">`,
    ...cases,
    '  </testsuite>',
  ].join('\n');
}

function countAttributes(results: readonly ReportedResult[], faults: readonly RunFault[]): string {
  const standings = [...results.map(standingOf), ...faults.map(({ standing }) => standing)];
  const count = (wanted: string): number =>
    standings.filter((standing) => standing === wanted).length;
  return [
    `tests="${standings.length}"`,
    `failures="${count('bad')}"`,
    `errors="${count('broken')}"`,
    `skipped="${count('left')}"`,
  ].join(' ');
}

function writeFault({ name, standing, message }: RunFault): string {
  const tag = standing === 'bad' ? 'failure' : 'error';
  return [
    `    <testcase classname="run" name="${escapeXml(name)}" time="0">`,
    `      <${tag} type="${standing}" message="${escapeXml(message)}"/>`,
    '    </testcase>',
  ].join('\n');
}

function writeCase(result: ReportedResult): string {
  const { check, rule, level, profile, anchor, outcome, durationMs } = result;
  const properties = Object.entries({ level, profile, anchor, outcome }).map(
    ([name, value]) => `        <property name="${name}" value="${escapeXml(value)}"/>`,
  );
  const trace = writeTrace(result);
  const output = `${outcome === 'warn' ? `${remarkOn(result)}\n` : ''}${trace}`;
  const place = `classname="${escapeXml(rule)}" name="${escapeXml(check)}"`;
  return [
    `    <testcase ${place} time="${seconds(durationMs)}">`,
    '      <properties>',
    ...properties,
    '      </properties>',
    ...writeVerdict(result),
    ...(output === '' ? [] : [`      <system-out>${escapeXml(output)}</system-out>`]),
    '    </testcase>',
  ].join('\n');
}

function writeVerdict(result: ReportedResult): readonly string[] {
  const standing = standingOf(result);
  const message = `message="${escapeXml(remarkOn(result))}"`;
  if (standing === 'good') return [];
  if (standing === 'left') return [`      <skipped ${message}/>`];
  const tag = standing === 'bad' ? 'failure' : 'error';
  const block = escapeXml(writeFailureBlock(result));
  return [`      <${tag} type="${result.outcome}" ${message}>${block}</${tag}>`];
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text for XML 1.0: characters that it cannot hold at all are written as `\u` and four digits. */
export function escapeXml(text: string): string {
  // XML 1.0 section 2.2: Char ::= #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]
  return text
    .replaceAll(
      /[^\t\n\x20-\x7e\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu,
      (unit) => {
        return String.raw`\u` + (unit.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
      },
    )
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
