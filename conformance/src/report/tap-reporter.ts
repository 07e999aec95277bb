import { show } from '../wire/escape-bytes.ts';
import type { Report, ReportedResult } from './report.ts';
import { groupByRule, remarkOn, runFaults, standingOf } from './standing.ts';

/** The report as TAP 14: a subtest for each rule, a test point for each check. */
export function writeTap(report: Report): string {
  const { kit, spec, target, results } = report;
  const faults = runFaults(report);
  const rules = [...groupByRule(results)];
  const points = [
    ...faults.map(({ name, message }) => ({
      lines: [],
      ok: false,
      description: describe(name),
      diagnostics: writeYaml({ message }, '  '),
    })),
    ...rules.map(([rule, members]) => ({
      lines: writeSubtest(rule, members),
      ok: members.every((result) => ['good', 'left'].includes(standingOf(result))),
      description: describe(rule),
      diagnostics: [],
    })),
  ];
  const about = `${target.meta.name} ${target.meta.version}, ${kit.name} ${kit.version}, TSGI ${spec.version}`;
  const lines = points.flatMap(({ lines: inner, ok, description, diagnostics }, index) => [
    ...inner,
    `${ok ? 'ok' : 'not ok'} ${index + 1} - ${description}`,
    ...diagnostics,
  ]);
  return ['TAP version 14', `# ${oneLine(about)}`, `1..${points.length}`, ...lines, ''].join('\n');
}

function writeSubtest(rule: string, members: readonly ReportedResult[]): readonly string[] {
  const lines = members.flatMap((result, index) => writePoint(result, index + 1));
  return [`# Subtest: ${describe(rule)}`, ...[`1..${members.length}`, ...lines].map(indent)];
}

function indent(line: string): string {
  return `    ${line}`;
}

function writePoint(result: ReportedResult, number: number): readonly string[] {
  const standing = standingOf(result);
  const description = describe(`${result.check}  ${result.title}`);
  const directive = directiveOf(result, standing === 'left');
  // An expected failure is not ok in TAP; its TODO says that it is not counted.
  const isOk = standing === 'good' || result.outcome === 'skip';
  const line = `${isOk ? 'ok' : 'not ok'} ${number} - ${description}${directive}`;
  const isPlain = result.outcome === 'pass' || result.outcome === 'skip';
  if (isPlain && result.flaky === undefined) return [line];
  return [line, ...writeYaml(diagnosticsOf(result), '  ')];
}

function directiveOf(result: ReportedResult, isLeft: boolean): string {
  if (!isLeft) return '';
  const word = result.outcome === 'skip' ? 'SKIP' : 'TODO';
  return ` # ${word} ${describe(remarkOn(result))}`;
}

function diagnosticsOf(result: ReportedResult): Readonly<Record<string, unknown>> {
  const { outcome, level, profile, anchor, text, expected, got, wire, trace, reproduce } = result;
  return {
    outcome,
    level,
    profile,
    anchor,
    rule: text,
    message: remarkOn(result),
    ...(expected === undefined ? {} : { expected }),
    ...(got === undefined ? {} : { got }),
    request: wire.map(({ sent }) => sent),
    received: wire.map(({ received, end }) => `${received} (${end})`),
    events: trace.map(({ type, data }) => (data === undefined ? type : `${type} ${show(data)}`)),
    again: reproduce,
  };
}

/** Every value as a JSON text, which is a flow scalar or a flow sequence of YAML as well. */
function writeYaml(values: Readonly<Record<string, unknown>>, margin: string): readonly string[] {
  const lines = Object.entries(values).map(([key, value]) => `${key}: ${writeValue(value)}`);
  return ['---', ...lines, '...'].map((line) => margin + line);
}

function writeValue(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\u{7f}-\u{a0}\u{2028}\u{2029}\u{feff}]/gu, (unit) => {
    return String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, '0');
  });
}

/** A description on one line; `#` would begin a directive, and `\` is what escapes it. */
function describe(text: string): string {
  return oneLine(text).replaceAll(/[\\#]/g, String.raw`\$&`);
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u{2028}\u{2029}]+/gu, ' ').trim();
}
