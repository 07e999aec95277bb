import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../src/engine/run-suite.ts';
import type { Outcome } from '../src/outcome.ts';
import { chooseExitCode } from '../src/report/exit-code.ts';
import { ruleOfCheck } from '../src/rules.ts';

function result(outcome: Outcome, rest: Partial<CheckResult> = {}): CheckResult {
  const check = 'ENV-METHOD.get';
  return { check, rule: ruleOfCheck(check), title: '', outcome, ...rest };
}

describe('chooseExitCode', () => {
  test.each([
    [0, ['pass', 'warn', 'info', 'skip', 'xfail']],
    [1, ['pass', 'fail']],
    [1, ['pass', 'xpass']],
    [1, ['pass', 'blocked']],
    [3, ['pass', 'fail', 'error']],
    [3, ['pass', 'notrun']],
    [4, ['skip']],
    [4, []],
  ] as const)('is %i for %j', (code, outcomes) => {
    expect(chooseExitCode(outcomes.map((outcome) => result(outcome)))).toBe(code);
  });

  test('is 1 where a check changed its outcome, although it never failed', () => {
    expect(chooseExitCode([result('warn', { flaky: ['pass', 'warn'] })])).toBe(1);
  });

  test('is 3 where nothing could be run', () => {
    expect(chooseExitCode([result('pass')], 'the adapter did not load')).toBe(3);
  });
});
