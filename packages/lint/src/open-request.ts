import type { Environ } from '@tsgi/types';
import { describeValue } from './describe-value.ts';
import { observeEntries } from './environ-entries.ts';
import { observeObject } from './environ-object.ts';
import { observePath } from './environ-path.ts';
import type { History } from './history.ts';
import { type LintOptions, Reporter } from './reporter.ts';
import { RequestWatch } from './request-watch.ts';
import { type Observation, outer } from './roles.ts';
import { standBetween } from './stand-between.ts';
import { type OuterStart, StartWatch } from './start-watch.ts';

/** What a lint brings to each of its requests. */
export interface LintContext {
  readonly options: LintOptions;
  readonly history: History;
  /** True where asynchronous results cannot be handled, so that `tsgi.async` becomes false. */
  readonly downgrade: boolean;
}

/**
 * Judges a call and its environ, and puts the lint between the two sides. Undefined where the
 * arguments are of no use; then there is nothing to watch.
 */
export function openRequest(
  call: readonly unknown[],
  { options, history, downgrade }: LintContext,
): RequestWatch | undefined {
  const [environ, start] = call;
  const reporter = new Reporter(options, logOf(environ));
  const usable = typeof environ === 'object' && environ !== null && typeof start === 'function';
  if (call.length !== 2 || !usable) {
    reporter.raise(outer('CALL-ARGS', `(${call.map(describeValue).join(', ')})`));
  }
  if (!usable) {
    return undefined;
  }
  const before = history.begin(environ);
  try {
    const repeated = reporter.roles.outer === 'server' ? before : [];
    reporter.raise(...repeated, ...observeEnviron(environ, reporter));
  } catch (finding) {
    history.end();
    throw finding;
  }
  if (downgrade && Reflect.get(environ, 'tsgi.async') === true) {
    Reflect.set(environ, 'tsgi.async', false);
  }
  const watch = new StartWatch(start as OuterStart, reporter, history.activity);
  const between = standBetween(environ, reporter, watch);
  return new RequestWatch({
    environ: environ as Environ,
    reporter,
    history,
    start: watch,
    ...between,
  });
}

function observeEnviron(environ: object, reporter: Reporter): readonly Observation[] {
  const found = [...observeObject(environ), ...observeEntries(environ)];
  const [method, scriptName, pathInfo] = ['REQUEST_METHOD', 'SCRIPT_NAME', 'PATH_INFO'].map(
    (key): unknown => Reflect.get(environ, key),
  );
  if (typeof scriptName === 'string' && typeof pathInfo === 'string') {
    const path = observePath({ method: String(method), scriptName, pathInfo });
    found.push(...(path === undefined ? [] : [path]));
  }
  if (reporter.roles.outer === 'server' && Reflect.get(environ, 'tsgi.async') === true) {
    if (!Object.hasOwn(environ, 'tsgi.async_input')) {
      found.push(outer('ASYNC-INPUT-PRESENT', 'no tsgi.async_input where tsgi.async is true'));
    }
    if (!Object.hasOwn(environ, 'tsgi.signal')) {
      found.push(outer('ASYNC-SIGNAL', 'no tsgi.signal where tsgi.async is true'));
    }
  }
  return found;
}

/** A log that writes to the error stream of an environ as it is now, and never throws. */
export function logOf(environ: unknown): (text: string) => void {
  const errors: unknown = Object(environ)['tsgi.errors'];
  return (text) => {
    try {
      Object(errors).write(text);
    } catch {
      // A stream that cannot be written to is a finding of its own, and there is no other place.
    }
  };
}
