import type { Application, Body } from '@tsgi/types';
import { describeValue } from './describe-value.ts';
import { giveUp } from './give-up.ts';
import { History } from './history.ts';
import { type LintContext, openRequest } from './open-request.ts';
import type { LintOptions } from './reporter.ts';
import type { RequestWatch } from './request-watch.ts';
import { isBody } from './result-kind.ts';
import { inner } from './roles.ts';
import { wrapBody } from './sync-body.ts';

/**
 * Wraps a synchronous application so that both sides are judged: what calls it and the application
 * itself. Everything passes through as it came; the body is neither buffered nor read ahead.
 * Findings are LintErrors: thrown, logged or handed to `options.onFinding`.
 */
export function lint(application: Application, options: LintOptions = {}): Application {
  const context: LintContext = { options, history: new History(), downgrade: true };
  return (...call: readonly unknown[]): Body => {
    const request = openRequest(call, context);
    if (request === undefined) {
      return Reflect.apply(application, undefined, call);
    }
    return takeBody(request.call(application), request);
  };
}

/** Judges the result of an application in the synchronous profile, and wraps it if it is a body. */
export function takeBody(result: unknown, request: RequestWatch): Body {
  try {
    request.lookAtEnviron();
    if (!isBody(result)) {
      request.reporter.raise(inner('APP-RETURN', `${describeValue(result)} as the body`));
      request.failed();
      return result as Body;
    }
    const watch = request.watchBody(result, { array: Array.isArray(result), async: false });
    return wrapBody(result, watch);
  } catch (finding) {
    request.failed();
    giveUp(result);
    throw finding;
  }
}
