import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../src/engine/run-suite.ts';
import { ExpectedFailures } from '../src/expect/expected-failures.ts';
import { parseExpectations } from '../src/expect/parse-expectations.ts';
import type { Outcome } from '../src/outcome.ts';
import { ruleOfCheck } from '../src/rules.ts';
import { serverSuite } from '../src/suites/server/suite.ts';

const known = serverSuite.map(({ id }) => id);

function result(check: string, outcome: Outcome, more: Partial<CheckResult> = {}): CheckResult {
  return { check, rule: ruleOfCheck(check), title: '', outcome, ...more };
}

function expectedBy(text: string): ExpectedFailures {
  return new ExpectedFailures(parseExpectations(text), { known, today: '2026-11-20' });
}

describe('parseExpectations', () => {
  test('reads globs, messages, reasons and dates', () => {
    const text = [
      '# what it cannot do',
      '',
      String.raw`SR-DUP.order  fail  match="values: expected \"1\""  Headers joins fields  2027-01-01`,
      'SR-REASON.*   flaky                                  https://example.test/issues/31',
    ].join('\n');
    expect(parseExpectations(text)).toEqual([
      {
        line: 3,
        glob: 'SR-DUP.order',
        expected: 'fail',
        match: 'values: expected "1"',
        reason: 'Headers joins fields',
        until: '2027-01-01',
      },
      {
        line: 4,
        glob: 'SR-REASON.*',
        expected: 'flaky',
        match: undefined,
        reason: 'https://example.test/issues/31',
        until: undefined,
      },
    ]);
  });

  test.each([
    ['SR-DUP.order  fail', 'line 1: SR-DUP.order has no reason'],
    ['SR-DUP.order  fail  2027-01-01', 'line 1: SR-DUP.order has no reason'],
    ['SR-DUP.order  skip  why', 'line 1: expected is fail or flaky, got "skip"'],
    ['\n./x  fail  why', 'line 2: not of the form'],
    ['SR-DUP.order  fail  why  2027-13-01', 'line 1: 2027-13-01 is no day'],
  ])('refuses %j', (text, message) => {
    expect(() => parseExpectations(text)).toThrow(message);
  });
});

describe('ExpectedFailures', () => {
  test('excuses a failure whose message begins as expected', () => {
    const expected = expectedBy('SR-DUP.order  fail  match="values of"  joined');
    const failed = result('SR-DUP.order', 'fail', { message: 'values of X: expected 1, got 2' });
    expect(expected.revise(failed)).toMatchObject({
      outcome: 'xfail',
      expectation: { reason: 'joined', line: 1 },
    });
    expect(expected.faults).toEqual([]);
  });

  test('excuses a SHOULD that is not kept', () => {
    const expected = expectedBy('SR-REASON.own  fail  own phrases');
    expect(expected.revise(result('SR-REASON.own', 'warn')).outcome).toBe('xfail');
  });

  test('does not excuse another failure', () => {
    const expected = expectedBy('SR-DUP.order  fail  match="values of"  joined');
    const failed = result('SR-DUP.order', 'fail', { message: 'status: expected 200' });
    expect(expected.revise(failed).outcome).toBe('fail');
    expect(expected.faults).toEqual(['line 1: SR-DUP.order fails otherwise: status: expected 200']);
  });

  test.each(['pass', 'info'] as const)('takes an unexpected "%s" for a fault', (outcome) => {
    const expected = expectedBy('SR-DUP.order  fail  joined');
    expect(expected.revise(result('SR-DUP.order', outcome)).outcome).toBe('xpass');
    expect(expected.faults).toEqual(['line 1: SR-DUP.order passes']);
  });

  test.each(['error', 'blocked', 'notrun'] as const)('excuses no "%s"', (outcome) => {
    const expected = expectedBy('SR-DUP.order  fail  joined');
    expect(expected.revise(result('SR-DUP.order', outcome)).outcome).toBe(outcome);
  });

  test('takes a skip for a fault, unless the check was not asked for', () => {
    const expected = expectedBy('SR-DUP.order  fail  joined');
    expected.revise(result('SR-DUP.order', 'skip', { reason: 'filtered' }));
    expect(expected.faults).toEqual([]);
    expected.revise(result('SR-DUP.order', 'skip', { reason: 'capability:async' }));
    expect(expected.faults).toEqual(['line 1: SR-DUP.order is skipped: capability:async']);
  });

  test('lets a check wait less for what nobody expects to come', () => {
    const expected = expectedBy(
      [
        'SR-DUP.order      fail   match="awaited event"  never comes',
        'SR-REASON.own     fail   match="status"         another one',
        'SR-REASON.empty   flaky  match="awaited event"  comes at times',
      ].join('\n'),
    );
    for (const awaited of ['SR-DUP.order', 'SR-REASON.empty']) {
      expect(expected.waitOf(awaited)).toBe(250);
    }
    const others = ['SR-REASON.own', 'SR-COOKIE.two-lines'];
    for (const other of others) expect(expected.waitOf(other)).toBeUndefined();
  });

  test('runs a flaky check three times, and excuses either outcome', () => {
    const expected = expectedBy('SR-DUP.order  flaky  https://example.test/1');
    expect(expected.runsOf('SR-DUP.order')).toBe(3);
    expect(expected.runsOf('SR-REASON.own')).toBe(1);
    const failed = result('SR-DUP.order', 'fail', { flaky: ['pass', 'fail', 'pass'] });
    const revised = expected.revise(failed);
    expect(revised.outcome).toBe('xfail');
    expect(revised).not.toHaveProperty('flaky');
    expect(expected.revise(result('SR-DUP.order', 'pass')).outcome).toBe('pass');
    expect(expected.faults).toEqual([]);
  });

  test.each([
    ['SR-NONE.*  fail  why', 'line 1: SR-NONE.* is no check'],
    ['ENV-*  fail  why', /^line 1: ENV-\* fits \d+ checks, more than 20$/],
    ['SR-DUP.order  fail  why  2026-11-19', 'line 1: SR-DUP.order counted until 2026-11-19 only'],
    [
      'SR-DUP.order  fail  why\nSR-DUP.*  fail  why',
      'line 2: SR-DUP.order is in an earlier line as well',
    ],
  ])('finds the fault in %j', (text, fault) => {
    const { faults } = expectedBy(text);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(fault);
  });
});
