import { describe, expect, test } from 'vitest';
import { ExpectedFailures } from '../src/expect/expected-failures.ts';
import { parseExpectations } from '../src/expect/parse-expectations.ts';
import { updateExpectations } from '../src/expect/update-expectations.ts';
import type { ObservedOutcome } from '../src/expect/update-expectations.ts';
import { makeResult } from './report-sample.ts';

const fail = (check: string, message: string): ObservedOutcome => ({
  check,
  outcome: 'fail',
  message,
});
const pass = (check: string): ObservedOutcome => ({ check, outcome: 'pass' });

describe('updateExpectations', () => {
  test('leaves a file that fits as it is, octet by octet', () => {
    const text = '# why\n\nBODY-ALL.array   fail  match="sum: "   a reason  2030-01-01\n';
    const { text: updated, ...changes } = updateExpectations(text, [
      fail('BODY-ALL.array', 'sum: 1'),
      pass('BODY-ALL.chunks'),
    ]);
    expect(updated).toBe(text);
    expect(changes).toEqual({ added: [], changed: [], removed: [] });
  });

  test('adds what fails, sorted, with a reason that is still to be written', () => {
    const { text, added } = updateExpectations('# mine\n', [
      fail('SR-REASON.kept', 'says "x\\y", got nothing more within the budget of 5 ms'),
      fail('BODY-ALL.array', 'a'),
      { check: 'HDR-DATE.added', outcome: 'warn', message: 'a warning needs no excuse' },
    ]);
    expect(added).toEqual(['SR-REASON.kept', 'BODY-ALL.array']);
    expect(text).toBe(
      [
        '# mine',
        '',
        'BODY-ALL.array  fail  match="a"  (to be written)',
        String.raw`SR-REASON.kept  fail  match="says \"x\\y\""  (to be written)`,
        '',
      ].join('\n'),
    );
    expect(parseExpectations(text)[1]?.match).toBe(String.raw`says "x\y"`);
  });

  test('removes what passes and what is no check, and keeps the comments', () => {
    const { text, removed } = updateExpectations(
      '# one\nBODY-ALL.array fail old\n# two\nNO-SUCH.check fail old\nSR-REASON.* fail kept\n',
      [pass('BODY-ALL.array'), fail('SR-REASON.kept', 'x')],
    );
    expect(text).toBe('# one\n# two\nSR-REASON.* fail kept\n');
    expect(removed).toEqual(['BODY-ALL.array', 'NO-SUCH.check']);
  });

  test('puts the failing checks in the place of a glob that also fits a passing one', () => {
    const { text, changed } = updateExpectations(
      'SR-REASON.* fail match="a" because 2030-01-01\n',
      [fail('SR-REASON.kept', 'a'), fail('SR-REASON.empty', 'b'), pass('SR-REASON.own')],
    );
    expect(changed).toEqual(['SR-REASON.*']);
    expect(text.split('\n')).toEqual([
      'SR-REASON.kept  fail  match="a"  because  2030-01-01',
      'SR-REASON.empty  fail  match="b"  because  2030-01-01',
      '',
    ]);
  });

  test('keeps a flaky entry that passed, and takes a second entry for a check out', () => {
    const text = 'BODY-ALL.array flaky races\nBODY-ALL.* fail again\n';
    const updated = updateExpectations(text, [pass('BODY-ALL.array')]);
    expect(updated.text).toBe('BODY-ALL.array flaky races\n');
    expect(updated.removed).toEqual(['BODY-ALL.*']);
  });

  test('writes a file that fits, but for the reasons that are missing', () => {
    const observed = [fail('BODY-ALL.array', 'a "b" \\ c'), fail('SR-REASON.kept', 'd')];
    const entries = parseExpectations(updateExpectations('', observed).text);
    const context = { known: observed.map(({ check }) => check), today: '2026-01-01' };
    const expected = new ExpectedFailures(entries, context);
    const revised = observed.map(({ check, message = '' }) =>
      expected.revise(makeResult(check, { outcome: 'fail', message })),
    );
    expect(revised.map(({ outcome }) => outcome)).toEqual(['xfail', 'xfail']);
    expect(expected.faults).toEqual([
      'line 1: BODY-ALL.array has no reason yet',
      'line 2: SR-REASON.kept has no reason yet',
    ]);
  });
});
