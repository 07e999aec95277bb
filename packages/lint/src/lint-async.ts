import type { AsyncApplication, AsyncBody, Body } from '@tsgi/types';
import { withAsyncIterator, wrapAsyncBody } from './async-body.ts';
import { describeValue } from './describe-value.ts';
import { giveUp } from './give-up.ts';
import { History } from './history.ts';
import { takeBody } from './lint.ts';
import { type LintContext, openRequest } from './open-request.ts';
import type { LintOptions } from './reporter.ts';
import type { RequestWatch } from './request-watch.ts';
import { isAsyncBody, isBody, isThenable } from './result-kind.ts';
import { inner, outer } from './roles.ts';

type Result = ReturnType<AsyncApplication>;

/**
 * Wraps an application of the asynchronous profile so that both sides are judged, as `lint` does.
 * An application that answers synchronously does so still.
 */
export function lintAsync(
  application: AsyncApplication,
  options: LintOptions = {},
): AsyncApplication {
  const context: LintContext = { options, history: new History(), downgrade: false };
  return (...call: readonly unknown[]): Result => {
    const request = openRequest(call, context);
    if (request === undefined) {
      return Reflect.apply(application, undefined, call);
    }
    const allowed = request.environ['tsgi.async'];
    const result = request.call(application);
    if (!allowed && !isBody(result)) {
      refuse(result, request);
    }
    return isThenable(result) ? takeLater(result, request) : takeAny(result, request);
  };
}

function refuse(result: unknown, request: RequestWatch): void {
  const asynchronous = isThenable(result) || isAsyncBody(result);
  try {
    if (asynchronous) {
      const got = `${describeValue(result)} as the body where tsgi.async is false`;
      request.reporter.raise(inner('ASYNC-HONOUR', got));
    }
  } catch (finding) {
    request.failed();
    giveUp(result);
    throw finding;
  }
}

async function takeLater(
  result: PromiseLike<unknown>,
  request: RequestWatch,
): Promise<Body | AsyncBody> {
  let body: unknown;
  try {
    body = await result;
  } catch (error) {
    request.failed();
    throw error;
  }
  return takeAny(body, request);
}

function takeAny(result: unknown, request: RequestWatch): Body | AsyncBody {
  if (isBody(result) || !isAsyncBody(result)) {
    const wrapped = takeBody(result, request);
    return isBody(result) ? withAsyncIterator(wrapped, result, onMisuse(request)) : wrapped;
  }
  try {
    request.lookAtEnviron();
    const watch = request.watchBody(result, { array: false, async: true });
    return wrapAsyncBody(result, watch);
  } catch (finding) {
    request.failed();
    giveUp(result);
    throw finding;
  }
}

function onMisuse(request: RequestWatch): () => void {
  return () => {
    const got = 'an asynchronous iterator asked of a body that is synchronous as well';
    request.reporter.raise(outer('ASYNC-SYNC-FIRST', got));
  };
}
