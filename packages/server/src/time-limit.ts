import { type TimeLimit, TsgiError } from '@tsgi/core';

/** A limit of so many milliseconds; work that takes longer rejects with ERR_TSGI_CLEANUP_TIMEOUT. */
export function createTimeLimit(milliseconds: number): TimeLimit {
  return (work) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new TsgiError('ERR_TSGI_CLEANUP_TIMEOUT', `more than ${milliseconds} ms`));
      }, milliseconds);
      Promise.resolve(work)
        .finally(() => clearTimeout(timer))
        .then(resolve, reject);
    });
}
