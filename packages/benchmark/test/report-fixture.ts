import { addRatios, createReport, type Report } from '../src/report.ts';
import { figureOf } from '../src/statistics.ts';

const MEASURED = [
  { peer: 'raw', figures: { cpu: figureOf([10, 10]), rate: figureOf([100, 100]) }, failures: 0 },
  {
    peer: 'node-http',
    figures: { cpu: figureOf([20, 16]), rate: figureOf([50, 60]) },
    failures: 0,
  },
  {
    peer: 'tsgi-net',
    figures: { cpu: figureOf([12, 12]), rate: figureOf([75, 90]) },
    failures: 3,
  },
] as const;

/** A report of two rounds: node:http at 20 and 16 µs, TSGI at 12 µs, the raw responder at 10 µs. */
export function createSampleReport(loadBefore = 0.1): Report {
  return createReport({
    date: '2026-01-02T03:04:05.678Z',
    command: 'node packages/benchmark/bin/benchmark.mjs --scenario hello',
    machine: { cpu: 'Example CPU', cores: 2, memoryMib: 4096, kernel: 'Linux 6.1', loadBefore },
    versions: { 'Node.js': 'v20.19.0', 'load generator': 'wrk 4.1.0' },
    rounds: 2,
    seconds: 1,
    skipped: [{ peer: 'waitress', reason: 'not installed' }],
    scenarios: [
      { scenario: 'hello', title: 'hello world', rows: addRatios(MEASURED, ['raw', 'node-http']) },
    ],
  });
}
