import { type LintError, lint } from '@tsgi/lint';
import { type Client, type ClientOptions, createClient, type TestResponse } from '@tsgi/testing';
import type { Application, Middleware } from '@tsgi/types';
import { expect, onTestFinished } from 'vitest';

/** The application under a lint; the test fails for every rule that it breaks. */
export function judged(application: Application): Application {
  return lint(application, { onFinding: collectFindings() });
}

/** A client of a middleware over an application, with a lint on either side of the middleware. */
export function openBetween(
  middleware: Middleware,
  application: Application,
  options: ClientOptions = {},
): Client<TestResponse> {
  const onFinding = collectFindings();
  const inner = lint(application, { onFinding, outer: 'middleware' });
  return createClient(lint(middleware(inner), { onFinding, inner: 'middleware' }), options);
}

function collectFindings(): (finding: LintError) => void {
  const findings: string[] = [];
  onTestFinished(() => expect(findings).toEqual([]));
  return (finding) => void findings.push(finding.message);
}
