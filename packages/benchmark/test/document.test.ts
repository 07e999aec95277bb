import { describe, expect, test } from 'vitest';
import { BEGIN, END, renderDocument, renderReport, replaceReport } from '../src/document.ts';
import { createSampleReport } from './report-fixture.ts';

describe('renderReport', () => {
  test('aligns the table and shows ratios', () => {
    const lines = renderReport(createSampleReport()).split('\n');
    const rows = lines.filter((line) => /^ {2}(server|bare|raw|TSGI)/.test(line));
    expect(rows).toEqual([
      '  server                                   CPU µs/request  ÷ raw  ÷ node:http  requests/s  rate ÷ node:http',
      '  raw node:net responder                             10.0   1.00         0.56         100              1.83',
      '  bare node:http                                     18.0   1.80         1.00          55              1.00',
      '  TSGI, net transport (3 requests failed)            12.0   1.20         0.68          83              1.50',
    ]);
  });

  test('names what was left out and why', () => {
    expect(renderReport(createSampleReport())).toContain('skipped waitress: not installed\n');
  });

  test('says that figures from a busy machine are preliminary', () => {
    expect(renderReport(createSampleReport(3.2))).toContain('load average 3.2');
    expect(renderReport(createSampleReport())).not.toContain('preliminary');
  });
});

describe('renderDocument', () => {
  test('holds command, machine, versions, tables and targets', () => {
    const text = renderDocument(createSampleReport());
    expect(text).toContain(
      '```sh norun="takes minutes and a quiet machine"\nnode packages/benchmark/bin/benchmark.mjs --scenario hello\n```',
    );
    expect(text).toContain('| processor | Example CPU, 2 cores |');
    expect(text).toContain('| load generator | wrk 4.1.0 |');
    expect(text).toContain('### hello\n\nHello world.\n\n| server | CPU µs/request |');
    expect(text).toContain('| bare node:http | 18.0 | 1.80 | 1.00 | 55 | 1.00 |');
    expect(text).toContain('| hello, CPU ÷ node:http | 0.72 | 0.68 (0.60 to 0.75) | yes |');
  });
});

describe('replaceReport', () => {
  test('replaces what lies between the marks and nothing else', () => {
    const report = createSampleReport();
    const once = replaceReport(`# Title\n\n${BEGIN}\nold\n${END}\n\nrest\n`, report);
    expect(once).toBe(`# Title\n\n${BEGIN}\n\n${renderDocument(report)}\n${END}\n\nrest\n`);
    expect(replaceReport(once, report)).toBe(once);
  });

  test.each(['', BEGIN, `${END}${BEGIN}`])('refuses a document with the marks %j', (text) => {
    expect(() => replaceReport(text, createSampleReport())).toThrow('lacks the marks');
  });
});
