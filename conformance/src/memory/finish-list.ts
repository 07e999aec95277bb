import type { OnFinish, Outcome } from '@tsgi/types';
import { codedError } from './coded-error.ts';

type Callback = Parameters<OnFinish>[0];

/** `tsgi.on_finish` of one request. */
export class FinishList {
  readonly #callbacks: Callback[] = [];
  #ended = false;

  /** The function for the application. */
  readonly register: OnFinish = (callback) => {
    if (typeof callback !== 'function') {
      throw codedError('ERR_TSGI_CALLBACK', 'tsgi.on_finish takes a function');
    }
    if (this.#ended) throw codedError('ERR_TSGI_ENDED', 'all callbacks have run');
    this.#callbacks.push(callback);
  };

  /**
   * Runs the callbacks, the last one first.
   * @yields What each of them returned or threw.
   */
  *run(outcome: Outcome): Generator<{ readonly returned?: unknown; readonly threw?: unknown }> {
    for (let next = this.#callbacks.pop(); next !== undefined; next = this.#callbacks.pop()) {
      try {
        yield { returned: next(outcome) };
      } catch (threw) {
        yield { threw };
      }
    }
    this.#ended = true;
  }
}
