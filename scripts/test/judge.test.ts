import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { judgeConformance, judgeExit, judgeSelftest, judgeVitest } from '../checks/judge.mjs';

function writeReport(report: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'tsgi-judge-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(report));
  return file;
}

const GOOD = { ok: true, output: 'all is well\n' };
const BAD = { ok: false, output: '\u001B[31mone\u001B[39m\n\n  two\n' };

describe('judgeExit', () => {
  test('counts one check, and shows the last lines of what was printed by one that failed', () => {
    expect(judgeExit(GOOD)).toEqual({ passed: 1, failed: 0, failures: [], timed: [] });
    expect(judgeExit(BAD)).toEqual({
      passed: 0,
      failed: 1,
      failures: ['one\n    two'],
      timed: [],
    });
  });
});

describe('judgeVitest', () => {
  const passed = { fullName: 'parse takes a byte', status: 'passed', failureMessages: [] };
  const failed = {
    fullName: 'parse takes two',
    status: 'failed',
    failureMessages: ['\u001B[1mError: a\u001B[22m\nb\nc\nd\ne'],
  };
  const file = { message: '', startTime: 1000, endTime: 3500 };

  test('names each failed test with its file and the first lines of its message', () => {
    const report = writeReport({
      numPassedTests: 1,
      numFailedTests: 1,
      testResults: [
        { ...file, name: '/r/a.test.ts', status: 'failed', assertionResults: [passed, failed] },
      ],
    });
    expect(judgeVitest(report, '/r')(BAD)).toEqual({
      passed: 1,
      failed: 1,
      failures: ['a.test.ts > parse takes two\n    Error: a\n    b\n    c\n    d'],
      timed: [{ name: 'a.test.ts', seconds: 2.5 }],
    });
  });

  test('names a file that could not be loaded', () => {
    const broken = { ...file, name: '/r/a.test.ts', status: 'failed', assertionResults: [] };
    const report = writeReport({
      numPassedTests: 0,
      numFailedTests: 0,
      testResults: [{ ...broken, message: 'no such module' }],
    });
    expect(judgeVitest(report, '/r')(BAD)).toMatchObject({
      failed: 1,
      failures: ['a.test.ts\n    no such module'],
    });
  });

  test('shows what was printed where no test failed and the command did', () => {
    const report = writeReport({ numPassedTests: 3, numFailedTests: 0, testResults: [] });
    expect(judgeVitest(report, '/r')(BAD)).toMatchObject({
      passed: 3,
      failed: 1,
      failures: ['one\n    two'],
    });
  });

  test.each([GOOD, BAD])('fails where there is no report: %j', (ended) => {
    const judged = judgeVitest('/nowhere/report.json', '/r')(ended);
    expect(judged).toMatchObject({ passed: 0, failed: 1 });
    expect(judged.failures).toEqual([
      expect.stringContaining('no report\n    Error: ENOENT'),
      ended === GOOD ? 'all is well' : 'one\n    two',
    ]);
  });
});

describe('judgeVitest without a report', () => {
  test('shows what was marked as failed by then', () => {
    const output = ' ✓ a.test.ts\n   × does this 12ms\n ✓ b.test.ts\n   × does that 3ms\n';
    const { failures } = judgeVitest('/nowhere/report.json', '/r')({ ok: false, output });
    expect(failures[1]).toBe('× does this 12ms\n    × does that 3ms');
  });
});

describe('judgeConformance', () => {
  test('names each check that failed, passed against expectation, or could not be run', () => {
    const outcomes = ['pass', 'fail', 'warn', 'skip', 'xfail', 'xpass', 'blocked', 'error'];
    const results = outcomes.map((outcome) => ({ check: `SR-${outcome}.a`, outcome }));
    const report = writeReport({ summary: { pass: 1 }, results });
    expect(judgeConformance(report)(BAD)).toEqual({
      passed: 1,
      failed: 4,
      failures: ['fail SR-fail.a', 'xpass SR-xpass.a', 'blocked SR-blocked.a', 'error SR-error.a'],
      timed: [],
    });
  });
});

describe('judgeSelftest', () => {
  const published: unknown = JSON.parse(
    readFileSync(new URL('../../conformance/results/selftest.json', import.meta.url), 'utf8'),
  );

  const figuresOf = (figures: unknown): string => writeReport({ figures });

  test('names what is wrong with its reasons', () => {
    const output =
      'ok      a  fine\nWRONG   b  broken\n          not caught\n          twice\nok      c  fine\n';
    expect(judgeSelftest(figuresOf(published))({ ok: false, output })).toEqual({
      passed: 2,
      failed: 1,
      failures: ['WRONG   b  broken\n    not caught\n    twice'],
      timed: [],
    });
  });

  test('counts the published figures as a check', () => {
    const judgement = judgeSelftest(figuresOf(published))({
      ok: true,
      output: 'ok      a  fine\n',
    });
    expect(judgement).toEqual({ passed: 2, failed: 0, failures: [], timed: [] });
  });

  test('fails where other figures are published than were measured', () => {
    const measured = { ...(published as object), server: { checks: 1 } };
    const { failed, failures } = judgeSelftest(figuresOf(measured))({ ok: true, output: '' });
    expect(failed).toBe(1);
    expect(failures).toEqual([
      'conformance/results/selftest.json is not what was measured: npx pnpm run results:kit',
    ]);
  });

  test('fails where the command fails although every line is ok', () => {
    const judge = judgeSelftest(figuresOf(published));
    expect(judge({ ok: false, output: 'ok      a  fine\n' })).toEqual({
      passed: 2,
      failed: 1,
      failures: ['ok      a  fine'],
      timed: [],
    });
  });
});
