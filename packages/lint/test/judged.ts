import type { Application } from '@tsgi/types';
import { lint, LintError, type LintOptions } from '../src/index.ts';
import { type RequestOptions, type Response, serve } from './gateway.ts';

/** What a lint found while one request was served. */
export interface Judged {
  readonly findings: readonly LintError[];
  readonly rules: readonly string[];
  readonly response: Response;
}

/** Serves a request through a lint that hands its findings over. */
export function judge(
  application: Application,
  request: RequestOptions = {},
  options: LintOptions = {},
): Judged {
  const findings: LintError[] = [];
  const linted = lint(application, { ...options, onFinding: (finding) => findings.push(finding) });
  const response = serve(linted, request);
  return { findings, rules: findings.map(({ rule }) => rule), response };
}

/** Serves a request through a lint that throws and logs: what was thrown or logged, in words. */
export function judgeStrictly(
  application: Application,
  request: RequestOptions = {},
  options: LintOptions = {},
): { readonly thrown: unknown; readonly text: string } {
  const { error, log } = serve(lint(application, options), request);
  const thrown = error instanceof LintError ? `${error.message}\n` : '';
  return { thrown: error, text: `${thrown}${log.join('')}` };
}
