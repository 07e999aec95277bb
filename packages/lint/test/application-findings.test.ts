import { describe, expect, test } from 'vitest';
import { lint, type LintError, RULES } from '../src/index.ts';
import { BODY_CASES } from './cases/application-body.ts';
import { ENVIRON_USE_CASES } from './cases/application-environ.ts';
import { START_CASES } from './cases/application-start.ts';
import { by, HELLO } from './cases/case.ts';
import { makeExchange } from './gateway.ts';
import { judge, judgeStrictly } from './judged.ts';

const APPLICATION_CASES = [...START_CASES, ...BODY_CASES, ...ENVIRON_USE_CASES];

describe(lint, () => {
  test('blames an application for a chunk that another request has changed', () => {
    const shared = new Uint8Array(4);
    const findings: LintError[] = [];
    const linted = lint(
      function* reusing(environ, startResponse) {
        startResponse('200 OK', []);
        yield shared.fill(environ.PATH_INFO.length);
        yield HELLO;
      },
      { onFinding: (finding) => findings.push(finding) },
    );
    const [first, second] = ['/', '/long'].map((path) => {
      const { environ, start } = makeExchange({ environ: { PATH_INFO: path } });
      return linted(environ, start.call)[Symbol.iterator]();
    });
    first?.next();
    second?.next();
    first?.next();
    expect(findings.map(({ rule, blame }) => by(rule, blame))).toEqual([
      by('APP-CHUNK-IMMUTABLE', 'application'),
    ]);
  });

  test('blames an application for a header list that a call inside startResponse has changed', () => {
    const shared: [string, string][] = [];
    const findings: LintError[] = [];
    const linted = lint(
      (environ, startResponse) => {
        shared[0] = ['X-Path', environ.PATH_INFO];
        startResponse('200 OK', shared);
        return [];
      },
      { onFinding: (finding) => findings.push(finding) },
    );
    const outside = makeExchange({ environ: { PATH_INFO: '/' } });
    const inside = makeExchange({ environ: { PATH_INFO: '/inside' } });
    linted(outside.environ, (...call) => {
      outside.start.call(...call);
      linted(inside.environ, inside.start.call);
    });
    expect(findings.map(({ rule, blame }) => by(rule, blame))).toEqual([
      by('APP-HDR-KEEP', 'application'),
    ]);
  });

  test.each(APPLICATION_CASES)(
    'hands over that an application $name',
    ({ rule, got, application, request, options }) => {
      const { findings } = judge(application, request, options);
      expect(findings.map((finding) => finding.rule)).toEqual([rule]);
      expect(findings[0]?.blame).toBe(options?.inner ?? 'application');
      expect(findings[0]?.got).toContain(got);
      expect(findings[0]?.message).toContain(`${rule}: ${RULES[rule].text} Got: `);
    },
  );

  test.each(APPLICATION_CASES)(
    'throws or logs that an application $name',
    ({ rule, got, application, request, options }) => {
      const { text } = judgeStrictly(application, request, options);
      expect(text.split(`${rule}: `)).toHaveLength(2);
      expect(text).toContain(got);
    },
  );
});
