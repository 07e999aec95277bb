import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../src/engine/run-suite.ts';
import type { Outcome } from '../src/outcome.ts';
import { ruleOfCheck } from '../src/rules.ts';
import { judgeHarness, judgeMutant, judgeVariant } from '../src/selftest/judge-mutant.ts';

const GET = 'ENV-METHOD.get';
const OTHER = 'BODY-ALL.array';

function result(check: string, outcome: Outcome, message = ''): CheckResult {
  return { check, rule: ruleOfCheck(check), title: '', outcome, message };
}

function mutant(fails: Readonly<Record<string, string>>) {
  return { id: 'S0', defect: 'some', seam: 'any', make: (original: unknown) => original, fails };
}

function faultsOf(fails: Readonly<Record<string, string>>, results: readonly CheckResult[]) {
  return judgeMutant(mutant(fails), { results }).faults;
}

describe('judgeMutant', () => {
  test('is content with exactly the declared failures and their messages', () => {
    expect(
      faultsOf({ [GET]: 'got "x"' }, [result(GET, 'fail', 'a: got "x"'), result(OTHER, 'pass')]),
    ).toEqual([]);
  });

  test.each([
    ['a survivor', { [GET]: 'a' }, [result(GET, 'pass')], `${GET} does not fail`],
    ['another message', { [GET]: 'a' }, [result(GET, 'fail', 'b')], '"a" is not in "b"'],
    ['no message declared', { [GET]: '' }, [result(GET, 'fail', 'b')], 'declares no message'],
    [
      'an undeclared failure',
      { [GET]: 'a' },
      [result(GET, 'fail', 'a'), result(OTHER, 'fail', 'c')],
      'undeclared',
    ],
    [
      'an error',
      { [GET]: 'a' },
      [result(GET, 'fail', 'a'), result(OTHER, 'error', 'c')],
      'is error',
    ],
    [
      'a check not run',
      { [GET]: 'a' },
      [result(GET, 'fail', 'a'), result(OTHER, 'notrun')],
      'is notrun',
    ],
    ['nothing declared', {}, [result(GET, 'pass')], 'declares no check'],
  ])('is not content with %s', (_name, fails, results, fault) => {
    expect(faultsOf(fails, results)).toEqual([expect.stringContaining(fault)]);
  });
});

describe('judgeVariant', () => {
  test('wants passes and nothing that failed, warned or erred', () => {
    expect(judgeVariant(mutant({}), { results: [result(GET, 'pass')] }).faults).toEqual([]);
    for (const outcome of ['fail', 'warn', 'error', 'blocked'] as const) {
      const results = [result(GET, 'pass'), result(OTHER, outcome)];
      expect(judgeVariant(mutant({}), { results }).faults).toHaveLength(1);
    }
    expect(judgeVariant(mutant({}), { results: [] }).faults).toEqual(['nothing passes']);
  });
});

describe('judgeHarness', () => {
  test('wants exit code 3 and no pass', () => {
    const judge = (outcomes: readonly Outcome[]) =>
      judgeHarness(mutant({}), { results: outcomes.map((outcome) => result(GET, outcome)) }).faults;
    expect(judge(['error', 'blocked'])).toEqual([]);
    expect(judge(['error', 'pass'])).toEqual([`${GET} passes`]);
    expect(judge(['fail'])).toEqual(['exit code 1 instead of 3']);
  });
});
