import { describe, expect, test } from 'vitest';
import { lint, LintError, type LintOptions } from '../src/index.ts';
import { makeExchange, serve } from './gateway.ts';
import { by, type ServerCase } from './cases/case.ts';
import { ALLOWED_CASES, OUTER_MIDDLEWARE_CASES } from './cases/outer-middleware.ts';
import { SERVER_BODY_CASES } from './cases/server-body.ts';
import { SERVER_START_CASES } from './cases/server-start.ts';
import { STREAM_CASES } from './cases/server-streams.ts';

const CASES = [...SERVER_START_CASES, ...SERVER_BODY_CASES, ...STREAM_CASES];

// What a broken server throws is no matter here: findings are.
function act({ application, request, act: misbehave }: ServerCase, options: LintOptions): string {
  const exchange = makeExchange(request?.() ?? {});
  let thrown = '';
  try {
    misbehave(lint(application, options), exchange);
  } catch (error) {
    thrown = error instanceof LintError ? error.message : '';
  }
  return `${thrown}\n${exchange.log.join('')}`;
}

describe(lint, () => {
  test('counts a body as closed once, though the callbacks come after close()', () => {
    const findings: LintError[] = [];
    const linted = lint(
      function* yielding(_environ, startResponse) {
        startResponse('200 OK', []);
        yield new Uint8Array(1);
      },
      { onFinding: (finding) => findings.push(finding) },
    );
    serve(linted);
    for (const path of ['/second', '/third']) {
      const { environ, start } = makeExchange({
        environ: { PATH_INFO: path, 'tsgi.interleaved': false },
      });
      linted(environ, start.call)[Symbol.iterator]().next();
    }
    expect(findings.map(({ rule, blame }) => by(rule, blame))).toEqual([
      by('ENV-INTERLEAVED', 'server'),
    ]);
  });

  test.each(OUTER_MIDDLEWARE_CASES)('hands over that somebody $name', (broken) => {
    const findings: LintError[] = [];
    act(broken, { ...broken.options, onFinding: (finding) => findings.push(finding) });
    expect(findings.map(({ rule, blame }) => by(rule, blame))).toEqual([
      by(broken.rule, 'middleware'),
    ]);
    expect(findings[0]?.got).toContain(broken.got);
  });

  test.each(ALLOWED_CASES)('lets a middleware do what a server may not: it $name', (broken) => {
    const findings: LintError[] = [];
    act(broken, { outer: 'middleware', onFinding: (finding) => findings.push(finding) });
    expect(findings.filter(({ blame }) => blame !== 'application')).toEqual([]);
  });

  test.each(CASES)('hands over that a server $name', (broken) => {
    const findings: LintError[] = [];
    act(broken, { ...broken.options, onFinding: (finding) => findings.push(finding) });
    const found = findings.map(({ rule, blame }) => by(rule, blame));
    const before = (broken.after ?? []).map((rule) => by(rule, 'application'));
    expect(found).toEqual([...before, by(broken.rule, 'server')]);
    expect(findings.at(-1)?.got).toContain(broken.got);
  });

  test.each(CASES.filter(({ after }) => after === undefined))(
    'throws or logs that a server $name',
    (broken) => {
      const text = act(broken, { ...broken.options });
      expect(text).toContain(`${broken.rule}: `);
      expect(text).toContain(broken.got);
    },
  );
});
