import type {
  Application,
  AsyncApplication,
  AsyncMiddleware,
  Environ,
  Middleware,
  StartResponse,
} from '@tsgi/types';
import { lint } from './lint.ts';
import { lintAsync } from './lint-async.ts';
import { type MiddlewareLicence, MiddlewareTrace } from './middleware-trace.ts';
import { logOf } from './open-request.ts';
import { type LintOptions, Reporter } from './reporter.ts';
import { isAsyncBody, isBody, isThenable } from './result-kind.ts';
import { inner } from './roles.ts';
import { type BodyTap, listening, settling, tapAsyncBody, tapBody } from './tap-body.ts';

/** How a middleware is judged. */
export interface MiddlewareLintOptions extends MiddlewareLicence {
  /** As for `lint`. */
  readonly onFinding?: LintOptions['onFinding'];
}

// Middleware keeps the keys that it does not know, in its environ and in a copy: so the two sides
// of one middleware find each other, whatever else stands between them.
let traces = 0;

const nextKey = (): `tsgi-lint.${string}` => {
  traces += 1;
  return `tsgi-lint.trace${traces}`;
};

/**
 * Puts a middleware between two lints that know of each other: besides what each of them sees,
 * calls, pulls and errors on one side are compared with those on the other.
 */
export function lintMiddleware(
  middleware: Middleware,
  options: MiddlewareLintOptions = {},
): Middleware {
  const { onFinding } = options;
  return (application) => {
    const pair: Pair = { ...options, key: nextKey() };
    const inside = lint(observeInner(application, pair), { onFinding, outer: 'middleware' });
    const between = middleware(observeHandover(inside, pair));
    return lint(observeOuter(between, pair), { onFinding, inner: 'middleware' });
  };
}

/** `lintMiddleware` for the asynchronous profile. */
export function lintAsyncMiddleware(
  middleware: AsyncMiddleware,
  options: MiddlewareLintOptions = {},
): AsyncMiddleware {
  const { onFinding } = options;
  return (application) => {
    const pair: Pair = { ...options, key: nextKey() };
    const inside = lintAsync(observeInner(application, pair), {
      onFinding,
      outer: 'middleware',
    });
    const between = middleware(observeHandover(inside, pair));
    return lintAsync(observeOuter(between, pair), { onFinding, inner: 'middleware' });
  };
}

interface Pair extends MiddlewareLintOptions {
  /** The entry of environ by which one side knows the other. */
  readonly key: `tsgi-lint.${string}`;
}

function observeOuter<T extends Application | AsyncApplication>(between: T, pair: Pair): T {
  const observed = (environ: Environ, startResponse: StartResponse): unknown => {
    const trace = new MiddlewareTrace(environ, reporterFor(environ, pair), pair);
    environ[pair.key] = trace;
    const result: unknown = between(environ, (...call) => {
      trace.outerStart(call[0], call[2]);
      return startResponse(...call);
    });
    return tapResult(result, {
      pull: () => trace.outerPull(),
      end: () => trace.outerEnd(),
      closing: () => () => trace.outerClosed(),
    });
  };
  return observed as T;
}

// The lint inside may set tsgi.async to false by itself, so that this looks before it does.
function observeHandover<T extends Application | AsyncApplication>(inside: T, pair: Pair): T {
  const observed = (...call: readonly unknown[]): unknown => {
    const environ: unknown = call[0];
    const trace: unknown = Object(environ)[pair.key];
    if (trace instanceof MiddlewareTrace) {
      trace.handedOver(environ as Environ);
    }
    return Reflect.apply(inside, undefined, call);
  };
  return observed as T;
}

function observeInner<T extends Application | AsyncApplication>(application: T, pair: Pair): T {
  const observed = (environ: Environ, startResponse: StartResponse): unknown => {
    const trace = environ[pair.key];
    if (!(trace instanceof MiddlewareTrace)) {
      reporterFor(environ, pair).raise(inner('MW-ENV-KEEP', `"${pair.key}" was removed`));
      return application(environ, startResponse);
    }
    trace.innerCall(environ);
    const tap: BodyTap = {
      pull: () => trace.innerPull(),
      chunk: () => trace.innerChunk(),
      threw: (error) => trace.innerThrew(error),
      closing: () => trace.innerClosing(),
    };
    const start = (...call: Parameters<StartResponse>): unknown =>
      trace.innerStart(call[2], () => startResponse(...call));
    return tapResult(
      listening(tap, () => application(environ, start)),
      tap,
    );
  };
  return observed as T;
}

// Both observers report in the name of the middleware, which is on the inner side of the outer lint.
function reporterFor(environ: Environ, { onFinding }: MiddlewareLintOptions): Reporter {
  return new Reporter({ onFinding, inner: 'middleware' }, logOf(environ));
}

// What is no body is passed on as it is: the lints say so.
function tapResult(result: unknown, tap: BodyTap): unknown {
  if (isThenable(result)) {
    return settling(tap, () => result).then((body) => tapSettled(body, tap));
  }
  return tapSettled(result, tap);
}

function tapSettled(result: unknown, tap: BodyTap): unknown {
  if (!isBody(result)) {
    return isAsyncBody(result) ? tapAsyncBody(result, tap) : result;
  }
  if (Array.isArray(result)) {
    tap.end?.();
  }
  return tapBody(result, tap);
}
