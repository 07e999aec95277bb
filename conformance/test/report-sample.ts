import type { CheckResult } from '../src/engine/run-suite.ts';
import type { CheckRun } from '../src/engine/run-check.ts';
import { buildReport } from '../src/report/report.ts';
import type { Report, ReportSource } from '../src/report/report.ts';
import { ruleOfCheck } from '../src/rules.ts';

/** Everything that some format might take for its own: markup, directives, commands, controls. */
export const HOSTILE = [
  '</script><script>alert(1)</script>',
  ']]><b a="\'&amp;">',
  '# TODO \\ # SKIP',
  '::error::%0A`|*[x](javascript:alert(1))',
  '\0\u0008\r\n...\n---\nnot ok 1\u2028\ud800\ufffe\u202e',
].join(' ');

/** A result of a check, passed unless something else is said. */
export function makeResult(check: string, rest: Partial<CheckResult & CheckRun> = {}): CheckResult {
  const rule = ruleOfCheck(check);
  return { check, rule, title: `title of ${check}`, outcome: 'pass', assertions: 2, ...rest };
}

/** One result of every outcome. */
export const EVERY_OUTCOME: readonly CheckResult[] = [
  makeResult('ENV-METHOD.get', { durationMs: 12.5 }),
  makeResult('ENV-METHOD.token-get', {
    outcome: 'fail',
    message: 'REQUEST_METHOD: expected "get", got "GET"',
    expected: 'REQUEST_METHOD: "get"',
    got: '"GET"',
    wire: [{ sent: 'get / HTTP/1.1\r\n\r\n', received: 'HTTP/1.1 200 OK\r\n\r\n', end: 'fin' }],
    events: [{ seq: 1, type: 'call', data: { method: 'GET' } }],
  }),
  makeResult('HDR-DATE.added', { outcome: 'warn', message: 'Date: expected one, got none' }),
  makeResult('REQ-METHOD.unknown', { outcome: 'info', message: 'no' }),
  makeResult('TLS-PRESENT.secure', { outcome: 'skip', reason: 'capability:tls' }),
  makeResult('SR-REASON.empty', {
    outcome: 'xfail',
    message: 'status differs',
    expectation: { reason: 'no reason phrases', line: 3 },
  }),
  makeResult('SR-REASON.kept', { outcome: 'xpass', expectation: { reason: 'old', line: 4 } }),
  makeResult('BODY-ALL.array', { outcome: 'blocked', blockedBy: 'BOOT-ANSWER.get' }),
  makeResult('BODY-ALL.iterator', { outcome: 'error', message: 'the harness broke' }),
  makeResult('BODY-ALL.chunks', { outcome: 'notrun' }),
];

/** A report of these results. */
export function makeReport(
  results: readonly CheckResult[],
  rest: Partial<ReportSource> & { readonly name?: string; readonly fault?: string } = {},
): Report {
  const { name = 'sample', fault, ...source } = rest;
  const suite = { meta: { name, version: '1.0', runtime: 'node 20.1.2' }, results };
  return buildReport({
    kitVersion: '0.1.0',
    requested: {
      adapter: 'sample.mjs',
      profiles: [],
      run: [],
      skip: [],
      level: 'must',
      seed: 1,
      shuffle: false,
      repeat: 1,
      budget: 5000,
    },
    suite: fault === undefined ? suite : { ...suite, fault },
    durationMs: 1234.5,
    reproduce: (check) => `kit server sample.mjs --run ${check}`,
    ...source,
  });
}

/** A report in which every text that comes from outside is hostile. */
export function makeHostileReport(): Report {
  const told = { message: HOSTILE, expected: HOSTILE, got: HOSTILE };
  const events = [{ seq: 1, type: HOSTILE, data: { [HOSTILE]: HOSTILE } }];
  const wire = [{ sent: HOSTILE, received: HOSTILE, end: 'fin' }];
  const results = (['fail', 'warn', 'error', 'pass', 'xfail'] as const).map((outcome, index) =>
    makeResult(`ENV-METHOD.v${index}`, { outcome, title: HOSTILE, ...told, events, wire }),
  );
  const skipped = makeResult('SR-REASON.kept', { outcome: 'skip', reason: 'excluded', ...told });
  return makeReport([...results, skipped], {
    name: HOSTILE,
    fault: HOSTILE,
    expectations: { file: HOSTILE, faults: [HOSTILE] },
    reproduce: () => HOSTILE,
  });
}
