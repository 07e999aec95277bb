import type { Outcome } from '@tsgi/types';
import { isThenable } from './body.ts';
import type { Pump } from './body-pump.ts';
import { TsgiError } from './errors.ts';

/** A callback registered with `tsgi.on_finish`. */
export type FinishCallback = (outcome: Outcome) => unknown;

/** Waits for work no longer than the server allows; rejects at the limit. */
export type TimeLimit = (work: PromiseLike<unknown>) => Promise<unknown>;

/** What is to be cleaned up after one response: TSGI 1.0, "Cleanup". */
export interface CleanupWork {
  /** What pulled the body, where an iterator was obtained. */
  readonly pump: Pump | undefined;
  /** What the application returned. */
  readonly body: unknown;
  /** The callback registered last that has not run; one registered meanwhile still runs. */
  readonly nextCallback: () => FinishCallback | undefined;
  readonly outcome: () => Outcome;
  readonly report: (error: unknown) => void;
}

type Step = () => unknown;

function nextStep(work: CleanupWork, done: number): Step | undefined {
  if (done === 0) {
    return () => work.pump?.stop();
  }
  if (done === 1) {
    return () => closeBody(work.body);
  }
  const callback = work.nextCallback();
  return callback && (() => callback(work.outcome()));
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
  let done = 0;
  for (let step = nextStep(work, done); step; step = nextStep(work, done)) {
    done += 1;
    try {
      const result = step();
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
  let done = 0;
  for (let step = nextStep(work, done); step; step = nextStep(work, done)) {
    done += 1;
    try {
      const result = step();
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
