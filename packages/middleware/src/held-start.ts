import type { HeaderList, StartResponse } from '@tsgi/types';
import type { Start } from './edit-start.ts';

/**
 * A startResponse that keeps what it is called with until somebody decides what becomes of it. It
 * obeys the rules of the real one: a second call needs an error, and headers are copied at once.
 * Whoever uses it deletes `tsgi.flush_headers` from the environ that it passes on (FLUSH-MW).
 */
export class HeldStart {
  #held: (Start & { readonly error: readonly unknown[] }) | undefined;
  #outer: StartResponse | undefined;

  /** What the inner application said last; `undefined` before it has called. */
  get start(): Start | undefined {
    return this.#held;
  }

  /** For the inner application. */
  readonly startResponse: StartResponse = (status, headers, ...error) => {
    if (this.#outer !== undefined) {
      this.#outer(status, headers, ...error);
      return;
    }
    if (this.#held !== undefined && error[0] === undefined) {
      throw alreadyStarted();
    }
    this.#held = { status, headers: copyOf(headers), error };
  };

  /** Passes on what is held, and every later call straight away. Throws what the outer one throws. */
  release(outer: StartResponse): void {
    this.#outer = outer;
    const held = this.#held;
    if (held !== undefined) {
      outer(held.status, held.headers, ...(held.error as [unknown?]));
    }
  }

  /** As `release`, with another beginning in place of the one that is held. */
  replace(outer: StartResponse, { status, headers }: Start): void {
    this.#outer = outer;
    outer(status, headers, ...((this.#held?.error ?? []) as [unknown?]));
  }
}

// Something else than an array is for the server to refuse, whenever it gets it.
function copyOf(headers: HeaderList): HeaderList {
  return Array.isArray(headers) ? [...headers] : headers;
}

function alreadyStarted(): Error {
  const error = new Error('startResponse was called before; a second call must supply an error');
  return Object.assign(error, { code: 'ERR_TSGI_ALREADY_STARTED' });
}
