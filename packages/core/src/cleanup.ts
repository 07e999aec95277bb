import type { Outcome } from '@tsgi/types';
import { isThenable } from './body.ts';
import type { Pump } from './body-pump.ts';
import { TsgiError } from './errors.ts';
import type { TimeLimit } from './time-limit.ts';

/** A callback registered with `tsgi.on_finish`. */
export type FinishCallback = (outcome: Outcome) => unknown;

/** What is to be cleaned up after one response: TSGI 1.0, "Cleanup". */
export interface CleanupWork {
  /** What pulled the body, where an iterator was obtained. */
  readonly pump: Pump | undefined;
  /** What the application returned. */
  readonly body: unknown;
  /** Whether a callback has not run yet; one registered meanwhile still runs. */
  hasCallback(): boolean;
  /** Runs the callback registered last of those that have not run. */
  runCallback(): unknown;
  report(error: unknown): void;
}

function isLeft(work: CleanupWork, done: number): boolean {
  return done < 2 || work.hasCallback();
}

function runStep(work: CleanupWork, done: number): unknown {
  if (done === 0) {
    return work.pump?.stop();
  }
  return done === 1 ? closeBody(work.body) : work.runCallback();
}

/** Calls `close()` of a body, where it has one. */
export function closeBody(body: unknown): unknown {
  if ((typeof body !== 'object' && typeof body !== 'function') || body === null) {
    return undefined;
  }
  const close = (body as { close?: unknown }).close;
  return typeof close === 'function' ? close.call(body) : undefined;
}

/** Cleans up at once; a promise that comes of it is not waited for, but its failure is reported. */
export function cleanUp(work: CleanupWork): void {
  for (let done = 0; isLeft(work, done); done += 1) {
    try {
      const result = runStep(work, done);
      if (isThenable(result)) {
        Promise.resolve(result).then(undefined, (error: unknown) => reportCleanup(work, error));
      }
    } catch (error) {
      reportCleanup(work, error);
    }
  }
}

/** Cleans up step by step, each within the time limit. */
export async function cleanUpAsync(work: CleanupWork, limit: TimeLimit): Promise<void> {
  for (let done = 0; isLeft(work, done); done += 1) {
    try {
      const result = runStep(work, done);
      if (isThenable(result)) {
        await limit(result);
      }
    } catch (error) {
      reportCleanup(work, error);
    }
  }
}

function reportCleanup(work: CleanupWork, error: unknown): void {
  const late = error instanceof TsgiError && error.code === 'ERR_TSGI_CLEANUP_TIMEOUT';
  work.report(late ? error : new TsgiError('ERR_TSGI_CLEANUP', error, error));
}
