import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { lint, LintError } from '../src/index.ts';
import { ENVIRON_CASES } from './cases/environ.ts';
import { octets } from './gateway.ts';
import { judge, judgeStrictly } from './judged.ts';

const application: Application = (_environ, startResponse) => {
  startResponse('200 OK', []);
  return [octets('hello')];
};

describe(lint, () => {
  test.each(ENVIRON_CASES)('hands over that it got an environ $name', ({ rule, got, request }) => {
    const { findings, response } = judge(application, request);
    expect(findings.map((finding) => finding.rule)).toEqual([rule]);
    expect(findings[0]).toMatchObject({ blame: 'server', level: 'MUST' });
    expect(findings[0]?.got).toContain(got);
    expect(response.text).toBe('hello');
  });

  test.each(ENVIRON_CASES)('throws at who passed an environ $name', ({ rule, got, request }) => {
    const { thrown } = judgeStrictly(application, request);
    expect(thrown).toBeInstanceOf(LintError);
    expect((thrown as LintError).rule).toBe(rule);
    expect((thrown as LintError).got).toContain(got);
  });

  test.each(ENVIRON_CASES.filter(({ rule }) => rule.startsWith('ENV-')))(
    'names the rule of middleware for one that passes an environ $name',
    ({ rule, request }) => {
      const { findings } = judge(application, request, { outer: 'middleware' });
      expect(findings.map((finding) => finding.rule)).toEqual(['MW-ENV-VALID']);
      expect(findings[0]?.blame).toBe('middleware');
      expect(findings[0]?.got).toContain(`(${rule})`);
    },
  );
});
