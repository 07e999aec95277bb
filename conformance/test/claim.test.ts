import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { makeClaim } from '../src/claim/make-claim.ts';
import { findObstacles } from '../src/claim/obstacles.ts';
import type { CheckResult } from '../src/engine/run-suite.ts';
import { parseExpectations } from '../src/expect/parse-expectations.ts';
import type { Schema } from '../src/schema/departures.ts';
import { departures } from './json-schema.ts';
import { makeReport, makeResult } from './report-sample.ts';

const GOOD: readonly CheckResult[] = [
  makeResult('ENV-METHOD.get'),
  makeResult('ENV-METHOD.token-get'),
  makeResult('REQ-METHOD.unknown', { outcome: 'info', message: 'no' }),
  makeResult('HDR-DATE.added', { outcome: 'warn', message: 'no Date' }),
  makeResult('BOOT-CAPABILITY.tls', { outcome: 'skip', reason: 'capability:tls' }),
  makeResult('TLS-VERSION.13', { outcome: 'skip', reason: 'capability:tls' }),
  makeResult('TLS-PRESENT.plain'),
  makeResult('BODY-ALL.array', { outcome: 'skip', reason: 'excluded', message: 'since' }),
  makeResult('INP-SPOOL.none', { outcome: 'skip', reason: 'untestable' }),
  makeResult('LIFESPAN-LIMIT.none', { outcome: 'skip', reason: 'unimplemented-by-harness' }),
];

const BASE = {
  adapter: 'a.mjs',
  profiles: [],
  run: [],
  skip: [],
  level: 'must',
  seed: 1,
  shuffle: false,
  repeat: 1,
  budget: 5000,
} as const;

describe('findObstacles', () => {
  test('finds none in a whole run that leaves out what the target lacks', () => {
    expect(findObstacles(makeReport(GOOD))).toEqual([]);
  });

  test.each([
    ['fail', { message: 'x' }, 'is fail: x'],
    ['xpass', {}, 'is xpass'],
    ['blocked', { blockedBy: 'BOOT-ANSWER.get' }, 'needs BOOT-ANSWER.get'],
    ['error', { message: 'x' }, 'is error: x'],
    ['notrun', {}, 'is notrun'],
    ['xfail', {}, 'is a MUST, which no expected failure excuses'],
    ['skip', { reason: 'filtered' }, 'is skipped: filtered'],
    ['skip', { reason: 'unimplemented-by-harness' }, 'is skipped: unimplemented-by-harness'],
    ['pass', { flaky: ['pass', 'fail'] }, 'outcomes of its runs: pass, fail'],
  ] as const)('takes %s %j for one', (outcome, rest, message) => {
    const results = [...GOOD, makeResult('BODY-ALL.chunks', { outcome, ...rest })];
    expect(findObstacles(makeReport(results)).join('\n')).toContain(message);
  });

  test.each([
    [{ ...BASE, run: ['ENV-*'] }, 'the run is filtered by ENV-*'],
    [{ ...BASE, skip: ['TLS-*'] }, 'the run is filtered by TLS-*'],
    [{ ...BASE, profiles: ['core'] }, 'the run is filtered by core'],
  ])('takes a filter for one: %#', (requested, message) => {
    expect(findObstacles(makeReport(GOOD, { requested }))).toContain(message);
  });

  test('excuses a SHOULD, and no flaky entry', () => {
    const excused = makeResult('HDR-DATE.added', {
      outcome: 'xfail',
      expectation: { reason: 'no clock', line: 1 },
    });
    expect(findObstacles(makeReport([...GOOD.slice(0, 3), excused]))).toEqual([]);
    const entries = parseExpectations('HDR-DATE.added flaky races');
    expect(findObstacles(makeReport(GOOD), entries)).toEqual([
      'line 1 of the expected failures: HDR-DATE.added is flaky',
    ]);
  });

  test('takes faults of the run and of the expected failures for some', () => {
    const report = makeReport(GOOD, {
      fault: 'no server',
      expectations: { file: 'x.expect', faults: ['line 1: old'] },
    });
    expect(findObstacles(report)).toEqual([
      'target: no server',
      'expected failures: x.expect: line 1: old',
    ]);
    expect(findObstacles(makeReport([]))).toEqual(['selection: no check was executed']);
  });
});

describe('makeClaim', () => {
  const junit = { file: 'tsgi-claim.junit.xml', sha256: 'a'.repeat(64) };
  const claim = makeClaim(makeReport(GOOD), { date: '2027-01-31', junit });

  test('agrees with its schema', () => {
    const url = new URL('../schemas/claim.schema.json', import.meta.url);
    const schema = JSON.parse(readFileSync(url, 'utf8')) as Schema;
    expect(departures(schema, claim)).toEqual([]);
  });

  test('claims no profile that the target lacks, although a check of it passes', () => {
    const claimed = claim.profiles.map(({ profile, claimed: is }) => [profile, is]);
    expect(claimed).toContainEqual(['core', true]);
    expect(claimed).toContainEqual(['tls', false]);
    expect(claim.absent).toEqual(['tls']);
  });

  test('lists what was excused, excluded and not checked', () => {
    expect(claim.exceptions.map(({ check }) => check)).toEqual(['HDR-DATE.added']);
    expect(claim.excluded).toEqual([{ check: 'BODY-ALL.array', why: 'excluded: since' }]);
    expect(claim.unchecked.map(({ check }) => check)).toEqual([
      'INP-SPOOL.none',
      'LIFESPAN-LIMIT.none',
    ]);
  });
});
