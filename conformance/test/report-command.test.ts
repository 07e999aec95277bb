import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Report } from '../src/report/report.ts';
import type { Schema } from '../src/schema/departures.ts';
import { departures } from './json-schema.ts';
import { makeReport, makeResult } from './report-sample.ts';
import { KIT, LIMIT, runKit, runMain, SEAM_SERVER } from './run-kit.ts';
import { parseTap } from './strict-tap.ts';
import { parseXml } from './strict-xml.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'tsgi-report-'));
const at = (name: string): string => join(FOLDER, name);
const read = (name: string): string => readFileSync(at(name), 'utf8');
const readSchema = (name: string): Schema =>
  JSON.parse(readFileSync(join(KIT, `schemas/${name}.schema.json`), 'utf8')) as Schema;

afterAll(() => rmSync(FOLDER, { recursive: true }));

const ALL = ['json', 'summary', 'junit', 'tap', 'md', 'ndjson', 'github', 'badge', 'html'] as const;

describe('tsgi-conformance server --reporter', () => {
  test(
    'writes every kind of report of one run, each to its file',
    async () => {
      const reporters = ALL.flatMap((kind) => ['--reporter', `${kind}=${at(`all.${kind}`)}`]);
      const badges = ['--reporter', `badge=${at('badge-{profile}.json')}`];
      const args = [`${SEAM_SERVER}?mutant=S01`, '--run', 'ENV-METHOD.*', ...reporters, ...badges];
      const { code, out } = await runKit('server', ...args);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      const report = JSON.parse(read('all.json')) as Report;
      expect(departures(readSchema('report'), report)).toEqual([]);
      expect(departures(readSchema('summary'), JSON.parse(read('all.summary')))).toEqual([]);
      expect(departures(readSchema('badge'), JSON.parse(read('all.badge')))).toEqual([]);
      expect(departures(readSchema('badge'), JSON.parse(read('badge-core.json')))).toEqual([]);
      expect(parseXml(read('all.junit')).attributes).toMatchObject({ failures: '1', errors: '0' });
      expect(parseTap(read('all.tap')).filter(({ ok }) => !ok)).toHaveLength(1);
      expect(read('all.md')).toContain('FAIL  ENV-METHOD.token-get');
      expect(read('all.github')).toContain('::error title=ENV-METHOD.token-get::');
      expect(read('all.html')).toContain('id="ENV-METHOD.token-get"');
      const lines = read('all.ndjson')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines.flatMap((line) => departures(readSchema('stream'), line))).toEqual([]);
      const streamed = lines.slice(1, -1).map(({ check }) => String(check));
      expect(new Set(streamed)).toEqual(new Set(report.results.map(({ check }) => check)));
      expect(streamed).toHaveLength(report.results.length);
    },
    LIMIT,
  );

  test(
    'writes reports of a target that cannot be judged, too',
    async () => {
      const adapter = join(KIT, 'mutants/harness/rejects.mjs');
      const reporters = ['junit', 'json', 'ndjson'].flatMap((kind) => [
        '--reporter',
        `${kind}=${at(`broken.${kind}`)}`,
      ]);
      const { code } = await runKit('server', adapter, '--run', 'ENV-METHOD.get', ...reporters);
      expect(code).toBe(3);
      expect(parseXml(read('broken.junit')).attributes['errors']).toBe('1');
      expect((JSON.parse(read('broken.json')) as Report).summary.exitCode).toBe(3);
      expect(read('broken.ndjson').trimEnd().split('\n').at(-1)).toContain('"event":"end"');
    },
    LIMIT,
  );
});

describe('tsgi-conformance report', () => {
  const write = (name: string, report: unknown): string => {
    writeFileSync(at(name), JSON.stringify(report));
    return at(name);
  };
  const ONE = write('one.json', makeReport([makeResult('ENV-METHOD.get')], { name: 'one' }));
  const TWO = write(
    'two.json',
    makeReport([makeResult('ENV-METHOD.get', { outcome: 'fail', message: 'no' })], { name: 'two' }),
  );

  test.each(ALL)(
    'writes one report as %s',
    async (kind) => {
      const { code, out, err } = await runMain('report', ONE, '--reporter', kind);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).not.toBe('');
    },
    LIMIT,
  );

  test(
    'compares several reports, and judges none of them',
    async () => {
      const page = at('matrix.html');
      const { code, out } = await runMain('report', ONE, TWO, '--reporter', `html=${page}`);
      expect({ code, out }).toEqual({ code: 0, out: '' });
      expect(readFileSync(page, 'utf8')).toContain('TSGI conformance compared');
      const { out: table } = await runMain('report', ONE, TWO);
      expect(table).toContain('| `ENV-METHOD` | MUST | ✓ | ✕ |');
    },
    LIMIT,
  );

  test(
    'reads what is published of the adapters of this repository',
    async () => {
      const folder = join(KIT, 'results/servers');
      const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
      const paths = files.map((file) => join(folder, file));
      const { code, out, err } = await runMain('report', ...paths, '--reporter', 'md');
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('@tsgi/server');
      for (const path of paths) {
        const summary: unknown = JSON.parse(readFileSync(path, 'utf8'));
        expect(departures(readSchema('summary'), summary)).toEqual([]);
      }
    },
    LIMIT,
  );

  test.each([
    [[], 'report needs JSON reports to read'],
    [['none.json'], '"none.json" cannot be read: ENOENT'],
    [[write('bad.json', { kit: 1 })], 'is no report of this kit: $'],
    [[ONE, TWO, '--reporter', 'junit'], '--reporter junit takes one report; terminal, md, html'],
    [[ONE, '--run', 'X'], 'unknown flag --run'],
    [[ONE, '--reporter', 'json', '--reporter', 'tap'], 'cannot share standard output'],
    [[ONE, '--reporter', `json=${join(FOLDER, 'no/x')}`], 'cannot be written'],
  ])(
    'answers %j with one line and exit code 2',
    async (args, message) => {
      const { code, out, err } = await runMain('report', ...args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(/^tsgi-conformance: [^\n]+\n$/);
      expect(err).toContain(message);
    },
    LIMIT,
  );
});
