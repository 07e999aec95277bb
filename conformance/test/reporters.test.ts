import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { writeBadges } from '../src/report/badge-reporter.ts';
import { writeGithub } from '../src/report/github-reporter.ts';
import { writeJunit } from '../src/report/junit-reporter.ts';
import { writeMarkdown } from '../src/report/markdown-reporter.ts';
import { writeStream } from '../src/report/ndjson-reporter.ts';
import { writeHtml } from '../src/report/html/page.ts';
import { findClash, REPORTERS } from '../src/report/reporters.ts';
import { readSummary, summarizeReport } from '../src/report/summary.ts';
import { writeTap } from '../src/report/tap-reporter.ts';
import type { Schema } from '../src/schema/departures.ts';
import { departures } from './json-schema.ts';
import {
  EVERY_OUTCOME,
  HOSTILE,
  makeHostileReport,
  makeReport,
  makeResult,
} from './report-sample.ts';
import { parseTap } from './strict-tap.ts';
import { parseXml } from './strict-xml.ts';
import type { XmlElement } from './strict-xml.ts';

const readSchema = (name: string): Schema =>
  JSON.parse(
    readFileSync(new URL(`../schemas/${name}.schema.json`, import.meta.url), 'utf8'),
  ) as Schema;

const report = makeReport(EVERY_OUTCOME);
const hostile = makeHostileReport();
const good = makeReport([makeResult('ENV-METHOD.get')]);

function all(element: XmlElement, name: string): readonly XmlElement[] {
  const own = element.name === name ? [element] : [];
  return [...own, ...element.children.flatMap((child) => all(child, name))];
}

describe('writeJunit', () => {
  test('counts what the exit code counts, in a suite for each family of rules', () => {
    const root = parseXml(writeJunit(report));
    expect(root.attributes).toMatchObject({
      tests: '10',
      failures: '3',
      errors: '2',
      skipped: '2',
    });
    const suites = root.children.map(({ attributes }) => attributes['name']);
    expect(suites).toEqual(['BODY', 'ENV', 'HDR', 'REQ', 'SR', 'TLS']);
    for (const suite of root.children) {
      const counted = (name: string): string => String(all(suite, name).length);
      expect(suite.attributes).toMatchObject({
        tests: counted('testcase'),
        failures: counted('failure'),
        errors: counted('error'),
        skipped: counted('skipped'),
      });
    }
  });

  test('names rule, level, profile and anchor of a check, and tells the trace', () => {
    const cases = all(parseXml(writeJunit(report)), 'testcase');
    const failed = cases.find(({ attributes }) => attributes['name'] === 'ENV-METHOD.token-get');
    expect(failed?.attributes['classname']).toBe('ENV-METHOD');
    expect(failed?.children.map(({ name }) => name)).toEqual([
      'properties',
      'failure',
      'system-out',
    ]);
    const properties = all(failed as XmlElement, 'property').map(({ attributes }) => attributes);
    expect(properties).toContainEqual({ name: 'level', value: 'MUST' });
    expect(properties).toContainEqual({ name: 'profile', value: 'core' });
    expect(properties).toContainEqual({ name: 'anchor', value: 'tsgi-1.0.md#env-method' });
    expect(all(failed as XmlElement, 'failure')[0]?.text).toContain('FAIL  ENV-METHOD.token-get\n');
    expect(all(failed as XmlElement, 'system-out')[0]?.text).toContain('1 call { method: "GET" }');
  });

  test('is an error where nothing could be run, although no check failed', () => {
    const root = parseXml(writeJunit(makeReport([], { fault: 'no server' })));
    expect(root.attributes).toMatchObject({ tests: '1', errors: '1' });
    expect(all(root, 'error')[0]?.attributes['message']).toBe('no server');
  });

  test('keeps hostile text in its place', () => {
    const root = parseXml(writeJunit(hostile));
    const messages = all(root, 'error').map(({ attributes }) => attributes['message']);
    expect(messages[0]).toContain('</script><script>alert(1)</script> ]]><b a="\'&amp;">');
    expect(all(root, 'b')).toEqual([]);
  });
});

describe('writeTap', () => {
  test('has a subtest for each rule, which is ok where none of its checks costs anything', () => {
    const points = parseTap(writeTap(report));
    expect(points.map(({ ok, description }) => [description, ok])).toEqual([
      ['BODY-ALL', false],
      ['ENV-METHOD', false],
      ['HDR-DATE', true],
      ['REQ-METHOD', true],
      ['SR-REASON', false],
      ['TLS-PRESENT', true],
    ]);
  });

  test('tells why a check is skipped or expected to fail, and what failed', () => {
    const points = parseTap(writeTap(report)).flatMap(({ subtest }) => subtest);
    const find = (id: string) => points.find(({ description }) => description.startsWith(id));
    expect(find('TLS-PRESENT.secure')).toMatchObject({
      ok: true,
      directive: 'SKIP',
      reason: 'capability:tls',
    });
    expect(find('SR-REASON.empty')).toMatchObject({
      ok: false,
      directive: 'TODO',
      reason: 'expected failure: no reason phrases',
    });
    expect(find('ENV-METHOD.token-get')).toMatchObject({
      ok: false,
      directive: undefined,
      diagnostics: { level: 'MUST', got: '"GET"', events: ['call { method: "GET" }'] },
    });
  });

  test('keeps hostile text in its place', () => {
    const points = parseTap(writeTap(hostile));
    expect(points.map(({ ok }) => ok)).toEqual([false, false, false, true]);
    const [failed] = points[2]?.subtest ?? [];
    expect(failed?.diagnostics['message']).toBe(HOSTILE);
    expect(points[3]?.subtest[0]?.reason).toContain('# TODO \\ # SKIP');
  });
});

describe('writeMarkdown', () => {
  test('begins with the verdict and tells failures whole', () => {
    const text = writeMarkdown(report);
    expect(text).toMatch(/^# sample 1\.0 on node 20\.1\.2: no verdict\n/);
    expect(text).toContain('\n```text\nFAIL  ENV-METHOD.token-get\n');
    expect(text).toContain('- `HDR-DATE.added` Date: expected one, got none');
    expect(text).toContain('- `REQ-METHOD.unknown`: no');
  });

  test('leaves hostile text nothing to mark up', () => {
    const lines = writeMarkdown(hostile).split('\n');
    let fence: string | undefined;
    for (const line of lines) {
      const ticks = /^(`{3,})/.exec(line)?.[1];
      if (ticks !== undefined && (fence === undefined || line === fence)) {
        fence = fence === undefined ? ticks : undefined;
      } else if (fence === undefined) {
        expect(line).not.toMatch(/(?<!\\)<|(?<!\\)\]\(/);
        expect(line).not.toContain('not ok 1\n');
      }
    }
    expect(fence).toBeUndefined();
  });
});

describe('writeStream', () => {
  test.each([
    ['every outcome', report],
    ['hostile text', hostile],
  ])('writes lines that agree with the schema: %s', (_name, written) => {
    const text = writeStream(written);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string });
    const schema = readSchema('stream');
    expect(lines.flatMap((line) => departures(schema, line))).toEqual([]);
    expect(lines.map(({ event }) => event)).toEqual([
      'begin',
      ...written.results.map(() => 'result'),
      'end',
    ]);
  });

  test('describes a result in the words of the report', () => {
    const { event, ...properties } = readSchema('stream').$defs?.['result']?.properties ?? {};
    expect(event).toEqual({ const: 'result' });
    expect(properties).toEqual(readSchema('report').$defs?.['result']?.properties);
  });
});

describe('writeGithub', () => {
  test('writes an annotation for each failure and warning, and nothing else', () => {
    const lines = writeGithub(report).trimEnd().split('\n');
    expect(lines.map((line) => line.slice(0, line.indexOf(' ')))).toEqual([
      ...Array.from({ length: 4 }, () => '::error'),
      '::warning',
      '::error',
      '::notice',
    ]);
    expect(lines[3]).toMatch(
      /^::error title=ENV-METHOD.token-get::REQUEST_METHOD: expected "get", got "GET"%0AMUST: /,
    );
  });

  test('keeps hostile text within its command', () => {
    for (const line of writeGithub(hostile).trimEnd().split('\n')) {
      expect(line).toMatch(/^::(?:error|warning|notice) title=[^:,\r\n]*::[^\r\n]*$/);
    }
  });
});

describe('writeBadges', () => {
  const read = (written: typeof report, name: string): unknown =>
    JSON.parse(writeBadges(written).get(name) ?? 'null');

  test('agrees with the schema and has a badge for each profile', () => {
    expect([...writeBadges(report).keys()]).toEqual(['core', 'tls', 'all']);
    for (const text of [...writeBadges(report).values(), ...writeBadges(hostile).values()]) {
      expect(departures(readSchema('badge'), JSON.parse(text))).toEqual([]);
    }
  });

  test.each([
    [good, 'core', { message: '1 check', color: 'brightgreen' }],
    [report, 'tls', { message: 'not supported', color: 'lightgrey' }],
    [report, 'core', { message: 'no verdict', isError: true }],
    [makeReport(EVERY_OUTCOME.slice(0, 2)), 'all', { message: '1 of 2 fail', color: 'red' }],
    [makeReport(EVERY_OUTCOME.slice(2, 3)), 'all', { message: '1 check, 1 warning' }],
    [makeReport(EVERY_OUTCOME.slice(5, 6)), 'all', { message: '1 of 1 known failures' }],
    [makeReport([], { fault: 'x' }), 'all', { message: 'no verdict' }],
  ])('says what came of it: %#', (written, name, expected) => {
    expect(read(written, name)).toMatchObject(expected);
  });
});

describe('writeHtml', () => {
  const page = writeHtml([report]);

  test('asks nobody for anything', () => {
    expect(page).not.toMatch(/<(?:link|img|iframe|object|embed|video|audio|source)\b/);
    expect(page).not.toMatch(/\bsrc=|@import|url\(/);
    const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(script).digest('base64');
    expect(page).toContain(
      `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`,
    );
  });

  test('can be linked to by rule and by check, each once', () => {
    for (const { check, rule } of report.results) {
      expect(page.split(` id="${rule}"`)).toHaveLength(2);
      expect(page.split(` id="${check}"`)).toHaveLength(2);
      expect(page).toContain(`href="#${check}"`);
    }
  });

  test('shows what was sent and received, line by line', () => {
    expect(page).toContain('get / HTTP/1.1<i>\\r\\n</i>\n');
    expect(page).toContain('HTTP/1.1 200 OK<i>\\r\\n</i>\n');
  });

  test('keeps hostile text in its place', () => {
    const plain = writeHtml([makeReport(EVERY_OUTCOME)]);
    const count = (text: string, tag: string): number => text.split(tag).length - 1;
    for (const text of [writeHtml([hostile]), writeHtml([hostile, report])]) {
      expect(count(text, '<script')).toBe(count(plain, '<script'));
      expect(text).not.toContain('<b a');
      for (const unit of ['\0', '\u0008', '\u2028', '\u202e', '\ud800']) {
        expect(text).not.toContain(unit);
      }
    }
  });

  test('puts several reports side by side, check by check', () => {
    const other = makeReport([makeResult('ENV-METHOD.get', { outcome: 'warn' })], {
      name: 'other',
    });
    const both = writeHtml([report, other]);
    const row = /id="ENV-METHOD\.get"[\s\S]*?<\/summary>/.exec(both)?.[0] ?? '';
    expect(row.match(/class="cell o-\w+"/g)).toEqual([
      'class="cell o-pass"',
      'class="cell o-warn"',
    ]);
    const absent = /id="HDR-DATE\.added"[\s\S]*?<\/summary>/.exec(both)?.[0] ?? '';
    expect(absent).toContain('not known to this report');
  });
});

describe('summarizeReport', () => {
  test('keeps the outcomes and nothing that changes from run to run', () => {
    const later = makeReport(
      EVERY_OUTCOME.map((result) => Object.assign({}, result, { durationMs: 99, wire: [] })),
      { durationMs: 7, reproduce: () => 'elsewhere' },
    );
    expect(summarizeReport(later)).toEqual(summarizeReport(report));
    expect(departures(readSchema('summary'), summarizeReport(report))).toEqual([]);
    expect(departures(readSchema('summary'), summarizeReport(hostile))).toEqual([]);
  });

  test('is read as a report with the same outcomes, reasons and behaviours', () => {
    const read = readSummary(summarizeReport(report));
    expect(departures(readSchema('report'), read)).toEqual([]);
    const pick = ({ results }: typeof read): unknown =>
      results.map(({ check, outcome, reason, expectation }) => [
        check,
        outcome,
        reason,
        expectation?.reason,
      ]);
    expect(pick(read)).toEqual(pick(report));
    expect(read.behaviours).toEqual(report.behaviours);
    expect(summarizeReport(read).outcomes).toEqual(summarizeReport(report).outcomes);
  });
});

describe('REPORTERS', () => {
  test.each(Object.entries(REPORTERS))('%s ends its text with a line end', (_name, write) => {
    expect(write(report)).toMatch(/[^\n]\n$/);
    expect(write(hostile)).toMatch(/[^\n]\n$/);
  });

  test('finds reporters that would spoil each other', () => {
    const terminal = { kind: 'terminal' } as const;
    expect(findClash([terminal, { kind: 'github' }])).toBeUndefined();
    expect(
      findClash([terminal, { kind: 'json', file: 'a' }, { kind: 'tap', file: 'b' }]),
    ).toBeUndefined();
    expect(findClash([terminal, { kind: 'json' }])).toHaveLength(2);
    expect(findClash([terminal, terminal])).toHaveLength(2);
    expect(
      findClash([
        { kind: 'json', file: 'a' },
        { kind: 'tap', file: 'a' },
      ]),
    ).toHaveLength(2);
  });
});
