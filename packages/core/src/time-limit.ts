import { TsgiError } from './errors.ts';

/** Waits for work no longer than the server allows; rejects at the limit. */
export type TimeLimit = (work: PromiseLike<unknown>) => Promise<unknown>;

/** The timers of a runtime; its `globalThis` has them. */
export interface Timers<Timer> {
  /** Calls back once, after so many milliseconds. */
  setTimeout(callback: () => void, milliseconds: number): Timer;
  /** The timer does not call back any more. */
  clearTimeout(timer: Timer): void;
}

/**
 * A limit of so many milliseconds, by the timers of the server, since the core has none: TSGI Async
 * 1.0, "Cancellation and cleanup". Work that takes longer rejects with `ERR_TSGI_CLEANUP_TIMEOUT`;
 * what becomes of it later is ignored.
 */
export function createTimeLimit<Timer>(milliseconds: number, timers: Timers<Timer>): TimeLimit {
  return (work) =>
    new Promise((resolve, reject) => {
      const timer = timers.setTimeout(() => {
        reject(new TsgiError('ERR_TSGI_CLEANUP_TIMEOUT', `more than ${milliseconds} ms`));
      }, milliseconds);
      Promise.resolve(work)
        .finally(() => timers.clearTimeout(timer))
        .then(resolve, reject);
    });
}
