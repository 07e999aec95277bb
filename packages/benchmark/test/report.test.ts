import { describe, expect, test } from 'vitest';
import { addRatios, parseReport } from '../src/report.ts';
import { figureOf } from '../src/statistics.ts';
import { createSampleReport } from './report-fixture.ts';

describe('addRatios', () => {
  test('compares each figure with that of each reference, round by round', () => {
    const [, , row] = createSampleReport().scenarios[0]?.rows ?? [];
    expect(row?.ratios['cpu/node-http']?.rounds).toEqual([0.6, 0.75]);
    expect(row?.ratios['cpu/raw']?.median).toBe(1.2);
    expect(row?.ratios['rate/node-http']?.rounds).toEqual([1.5, 1.5]);
  });

  test('leaves out a reference that took no part', () => {
    const [row] = addRatios(
      [{ peer: 'tsgi-net', figures: { cpu: figureOf([1]) }, failures: 0 }],
      ['raw', 'node-http'],
    );
    expect(row?.ratios).toEqual({});
  });
});

describe('createReport', () => {
  test('says of the targets that were measured whether they are met', () => {
    const verdicts = createSampleReport().targets.map(({ figure, measured, met }) => [
      figure,
      measured.median,
      met,
    ]);
    expect(verdicts).toEqual([
      ['cpu/raw', 1.2, false],
      ['cpu/node-http', 0.675, true],
    ]);
  });

  test('is the same after it went through JSON', () => {
    const report = createSampleReport();
    expect(parseReport(JSON.stringify(report))).toEqual(report);
  });

  test('holds machine, versions, command line and date', () => {
    expect(createSampleReport()).toMatchObject({
      format: 1,
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      command: expect.stringContaining('benchmark.mjs'),
      machine: { cpu: 'Example CPU', cores: 2, kernel: 'Linux 6.1' },
      versions: { 'Node.js': 'v20.19.0' },
    });
  });
});

describe('parseReport', () => {
  test.each(['{}', 'null', '{"format":2,"scenarios":[]}', '{"format":1}'])('refuses %s', (text) => {
    expect(() => parseReport(text)).toThrow('not a report of this benchmark');
  });
});
