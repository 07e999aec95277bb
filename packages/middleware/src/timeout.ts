import type { AsyncBody, Body, CancelSignal, Environ, StartResponse } from '@tsgi/types';
import { type EitherMiddleware, either } from './either.ts';
import { checkCount, optionError } from './option-error.ts';
import { ownAnswer } from './own-answer.ts';
import { isThenable, kindOfBody, type Result } from './result.ts';
import { wrapBody } from './wrap-body.ts';

/** The longest timer there is; a longer one would fire at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * Gives an application `limit` milliseconds for its response. An asynchronous one that has not begun
 * by then is answered for with 503; one that has is cut off, so that the client sees an incomplete
 * response; `tsgi.signal` tells it either way. A synchronous call cannot be interrupted from
 * inside: there the time is looked at between chunks. Throws a TypeError for a wrong limit.
 */
export function timeout(limit: number): EitherMiddleware {
  checkCount('timeout', 'limit', limit);
  if (limit > LONGEST) {
    throw optionError('timeout', `limit must be at most ${LONGEST} ms;`, limit);
  }
  return either((application) => (environ, startResponse) => {
    const deadline = new Deadline(environ, limit);
    const result = application(environ, deadline.guard(startResponse));
    if (!isThenable(result)) {
      return deadline.watch(result);
    }
    return deadline.race(result, () => ownAnswer(startResponse, '503 Service Unavailable'));
  });
}

class Deadline {
  readonly #limit: number;
  readonly #end: number;
  readonly #controller = new AbortController();
  #expired = false;
  #started = false;
  #expire: () => void = () => {};

  constructor(environ: Environ, limit: number) {
    this.#limit = limit;
    this.#end = performance.now() + limit;
    const timer = setTimeout(() => this.#passed(), limit);
    follow(environ['tsgi.signal'], this.#controller);
    environ['tsgi.signal'] = this.#controller.signal;
    environ['tsgi.on_finish'](() => clearTimeout(timer));
  }

  #passed(): void {
    this.#expired = true;
    this.#controller.abort(this.#error());
    this.#expire();
  }

  #error(): Error {
    return new Error(`timeout: the response was not done within ${this.#limit} ms`);
  }

  /** A startResponse that nobody can call after this middleware has answered. */
  guard(startResponse: StartResponse): StartResponse {
    return (...call) => {
      if (this.#expired && !this.#started) {
        throw this.#error();
      }
      startResponse(...call);
      this.#started = true;
    };
  }

  /** The result, or the answer in its place where it is too late and nothing has begun. */
  race(result: PromiseLike<Body | AsyncBody>, late: () => Body): Promise<Body | AsyncBody> {
    return new Promise((resolve, reject) => {
      this.#expire = () => {
        if (this.#started) {
          reject(this.#error());
        } else {
          resolve(late());
        }
      };
      result
        .then((body) => (this.#expired ? body.close?.() : resolve(this.watch(body))))
        .then(undefined, reject);
    });
  }

  /** A body that ends with an error once the time is over. */
  watch(body: Body | AsyncBody): Result {
    if (Array.isArray(body)) {
      return body;
    }
    if (kindOfBody(body) !== 'async') {
      return wrapBody(body, { chunk: (chunk) => this.#check(chunk) });
    }
    return new HurriedBody(body as AsyncBody, (expire) => {
      this.#expire = () => expire(this.#error());
      if (this.#expired) {
        this.#expire();
      }
    });
  }

  #check(chunk: Uint8Array): Uint8Array {
    if (performance.now() > this.#end) {
      throw this.#error();
    }
    return chunk;
  }
}

// A pull that is waiting when the time is over rejects at once; the inner iteration is ended when
// its own pull settles, for it may not be told to return() before.
class HurriedBody implements AsyncBody {
  readonly #body: AsyncBody;
  readonly #late: Promise<never>;

  constructor(body: AsyncBody, onExpire: (expire: (error: Error) => void) => void) {
    this.#body = body;
    this.#late = new Promise((_resolve, reject) => onExpire(reject));
    this.#late.catch(() => {});
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    const inner = this.#body[Symbol.asyncIterator]();
    return {
      next: async () => {
        const step = inner.next();
        try {
          return await Promise.race([step, this.#late]);
        } catch (error) {
          void step
            .then(({ done }) => (done === true ? undefined : inner.return?.()))
            .catch(() => {});
          throw error;
        }
      },
      return: async () => {
        await inner.return?.();
        return { done: true, value: undefined };
      },
    };
  }

  async close(): Promise<void> {
    await this.#body.close?.();
  }
}

// SIGNAL-MW: the application hears of the client that left as well.
function follow(outer: CancelSignal | undefined, controller: AbortController): void {
  if (outer?.aborted === true) {
    controller.abort(outer.reason);
  } else {
    outer?.addEventListener('abort', () => controller.abort(outer.reason), { once: true });
  }
}
