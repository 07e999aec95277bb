import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeHtml } from '../src/report/html/page.ts';
import { writeMarkdown } from '../src/report/markdown-reporter.ts';
import { writeStream } from '../src/report/ndjson-reporter.ts';
import { buildReport, listBehaviours } from '../src/report/report.ts';
import type { Report } from '../src/report/report.ts';
import { readSummary, summarizeReport } from '../src/report/summary.ts';
import type { Schema } from '../src/schema/departures.ts';
import { departures } from './json-schema.ts';
import { EVERY_OUTCOME, makeReport, makeResult } from './report-sample.ts';
import { KIT, LIMIT, runKit, runMain } from './run-kit.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'tsgi-contents-'));
const readSchema = (name: string): Schema =>
  JSON.parse(readFileSync(join(KIT, `schemas/${name}.schema.json`), 'utf8')) as Schema;

/** A middleware that pulls everything early leaves some checks nothing to judge. */
const EAGER = join(FOLDER, 'eager.mjs');
writeFileSync(EAGER, 'export default (app) => (environ, start) => [...app(environ, start)];\n');

afterAll(() => rmSync(FOLDER, { recursive: true }));

function aboutMeta(url: string): Report {
  const suite = { meta: { name: 'mine', version: '1.0', url }, results: [] };
  return makeReport([], { suite });
}

describe('listBehaviours', () => {
  test('holds the answers of a server, and nothing of a module that gave no occasion', () => {
    const idle = makeResult('FLUSH-MW.every-request', {
      outcome: 'info',
      message: 'nothing to judge',
    });
    const report = makeReport([...EVERY_OUTCOME, idle]);
    expect(listBehaviours(report.results)).toEqual([
      { check: 'REQ-METHOD.unknown', rule: 'REQ-METHOD', answer: 'no' },
    ]);
    expect(report.behaviours).toEqual(listBehaviours(report.results));
  });
});

describe('the report of a module', () => {
  test(
    'keeps its schemas where checks found nothing to judge, and is read again',
    async () => {
      const [json, summary] = [join(FOLDER, 'r.json'), join(FOLDER, 'r.summary')];
      const stream = join(FOLDER, 'r.ndjson');
      const kinds = [`json=${json}`, `summary=${summary}`, `ndjson=${stream}`];
      await runKit('middleware', EAGER, ...kinds.flatMap((kind) => ['--reporter', kind]));
      const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
      expect(report.summary.info).toBeGreaterThan(0);
      expect(report.behaviours).toEqual([]);
      expect(departures(readSchema('report'), report)).toEqual([]);
      const lines = readFileSync(stream, 'utf8').trimEnd().split('\n');
      const faults = lines.flatMap((line) => departures(readSchema('stream'), JSON.parse(line)));
      expect(faults).toEqual([]);
      const { code, err } = await runMain('report', json, summary, '--reporter', 'md');
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect((await runMain('report', stream)).err).toContain('is a stream; report reads what');
    },
    LIMIT,
  );
});

describe('writeMarkdown', () => {
  test('counts the checks that were not asked for, and lists what was left out for a reason', () => {
    const left = (['filtered', 'profile', 'filtered', 'platform'] as const).map((reason, index) =>
      makeResult(`ENV-METHOD.v${index}`, { outcome: 'skip', reason }),
    );
    const text = writeMarkdown(makeReport([makeResult('ENV-METHOD.get'), ...left]));
    expect(text).toContain(
      '## Left out\n\n- `ENV-METHOD.v3` platform\n- 3 that were not asked for\n',
    );
  });
});

describe('meta.url', () => {
  const report = aboutMeta('https://example.org/my_server?a=1&b');

  test('is a link in HTML and in Markdown', () => {
    expect(writeHtml([report])).toContain(
      '<a href="https://example.org/my_server?a=1&amp;b">mine 1.0</a>',
    );
    expect(writeMarkdown(report)).toContain(
      '\nAbout the target: <https://example.org/my_server?a=1&b>\n',
    );
  });

  test('is kept by the JSON reports and comes back from a summary', () => {
    const { url } = report.target.meta;
    expect(departures(readSchema('report'), report)).toEqual([]);
    expect(writeStream(report)).toContain(`"url":"${url}"`);
    expect(departures(readSchema('summary'), summarizeReport(report))).toEqual([]);
    expect(readSummary(summarizeReport(report)).target.meta.url).toBe(url);
  });

  test.each(['javascript:alert(1)', 'https://a"><script>', 'https://a b', 'http://', 'docs/x.md'])(
    'stays text where it is no address of a page: %s',
    (url) => {
      const odd = aboutMeta(url);
      expect(writeHtml([odd])).not.toMatch(/<a href="(?:javascript|http:\/\/"|docs)|<script>"/);
      expect(writeHtml([odd]).match(/<script>/g)).toHaveLength(1);
      expect(writeMarkdown(odd)).not.toContain(`<${url}>`);
    },
  );

  test('is left out of every report where it is no text', () => {
    const odd = aboutMeta(42 as unknown as string);
    expect(odd.target.meta).toEqual({ name: 'mine', version: '1.0' });
    expect(departures(readSchema('report'), odd)).toEqual([]);
    expect(writeMarkdown(odd)).toMatch(/^# mine 1\.0: /);
  });

  test('is said nowhere where there is none', () => {
    const plain = buildReport({
      kitVersion: '0',
      requested: { ...report.options, adapter: 'a', profiles: [] },
      suite: { meta: { name: 'mine', version: '1' }, results: [] },
      durationMs: 0,
      reproduce: () => '',
    });
    expect(writeMarkdown(plain)).not.toContain('About the target');
    expect(writeHtml([plain])).toContain('<h3>mine 1</h3>');
    expect(summarizeReport(plain).target).not.toHaveProperty('url');
  });
});
