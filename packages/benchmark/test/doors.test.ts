import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type DoorsReport, parseDoorsReport } from '../src/door-report.ts';
import { renderDoors, renderDoorsDocument } from '../src/door-tables.ts';
import { main } from '../src/main.ts';
import { figureOf } from '../src/statistics.ts';

const SAMPLE: DoorsReport = {
  format: 'doors-1',
  date: '2026-01-02T03:04:05.678Z',
  command: 'node packages/benchmark/bin/benchmark.mjs doors --rounds 2 --seconds 1',
  machine: { cpu: 'Example CPU', cores: 2, memoryMib: 4096, kernel: 'Linux 6.1', loadBefore: 0.1 },
  versions: { 'Node.js': 'v20.19.0', nginx: '1.22.1' },
  rounds: 2,
  seconds: 1,
  skipped: [{ door: 'apache-cgi', reason: 'apache2 is not installed' }],
  doors: [
    {
      door: 'direct',
      front: figureOf([0, 0]),
      backend: figureOf([10, 10]),
      total: figureOf([10, 10]),
      rate: figureOf([90_000, 100_000]),
      connections: 16,
      failures: 0,
    },
    {
      door: 'nginx-scgi',
      front: figureOf([20, 22]),
      backend: figureOf([19, 19]),
      total: figureOf([39, 41]),
      rate: figureOf([25_000, 24_000]),
      connections: 16,
      failures: 2,
    },
  ],
};

const FOLDER = mkdtempSync(join(tmpdir(), 'tsgi-doors-report-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

describe('renderDoors', () => {
  test('sets the two sides apart and compares with the server alone', () => {
    const lines = renderDoors(SAMPLE).split('\n');
    expect(lines[0]).toBe('skipped apache-cgi: apache2 is not installed');
    expect(lines.slice(2, 5)).toEqual([
      '  way                             front µs  server µs  together µs  ÷ direct  requests/s',
      '  no front, HTTP                         –       10.0         10.0       1.0       95000',
      '  nginx-scgi (2 requests failed)      21.0       19.0         40.0       4.0       24500',
    ]);
  });
});

describe('renderDoorsDocument', () => {
  test('holds the command, the machine and the table', () => {
    const text = renderDoorsDocument(SAMPLE);
    expect(text).toContain(`\n${SAMPLE.command}\n`);
    expect(text).toContain('| nginx | 1.22.1 |');
    expect(text).toContain('- Left out: apache-cgi: apache2 is not installed');
    expect(text).toContain('| no front, HTTP | – | 10.0 | 10.0 | 1.0 | 95000 |');
  });
});

describe('the command doors', () => {
  test('shows a report again', async () => {
    const file = join(FOLDER, 'doors.json');
    writeFileSync(file, JSON.stringify(SAMPLE));
    let out = '';
    const code = await main(['doors', '--from', file], {
      out: (text) => (out += text),
      err: (text) => (out += text),
    });
    expect({ code, out }).toEqual({ code: 0, out: renderDoors(SAMPLE) });
  });

  test.each(['null', '{}', '{"format":1,"doors":[]}'])('refuses the report %s', (text) => {
    expect(() => parseDoorsReport(text)).toThrow('not a report of the doors');
  });
});
