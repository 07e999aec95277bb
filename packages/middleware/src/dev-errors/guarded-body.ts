import type { AsyncBody, Body } from '@tsgi/types';

/** Makes a page of what a body threw; throws the error itself where the response has begun. */
export type Rescue = (error: unknown) => Uint8Array;

const DONE = { done: true, value: undefined } as const;

/** A body in whose place a page comes where it throws before the response has begun. */
export class GuardedBody implements Body {
  readonly #body: Body;
  readonly #rescue: Rescue;
  #closed = false;

  constructor(body: Body, rescue: Rescue) {
    this.#body = body;
    this.#rescue = rescue;
  }

  [Symbol.iterator](): Iterator<Uint8Array> {
    const rescue = this.#rescue;
    const open = (): Iterator<Uint8Array> => this.#body[Symbol.iterator]();
    let inner: Iterator<Uint8Array> | undefined;
    let over = false;
    return {
      next() {
        if (over) {
          return DONE;
        }
        try {
          inner ??= open();
          const step = inner.next();
          over = step.done === true;
          return step;
        } catch (error) {
          over = true;
          return { done: false, value: rescue(error) };
        }
      },
      return() {
        if (!over) {
          over = true;
          inner?.return?.();
        }
        return DONE;
      },
    };
  }

  close(): void {
    if (!this.#closed) {
      this.#closed = true;
      this.#body.close?.();
    }
  }
}

/** The same for the asynchronous profile. */
export class GuardedAsyncBody implements AsyncBody {
  readonly #body: AsyncBody;
  readonly #rescue: Rescue;
  #closing: Promise<void> | undefined;

  constructor(body: AsyncBody, rescue: Rescue) {
    this.#body = body;
    this.#rescue = rescue;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    const rescue = this.#rescue;
    const open = (): AsyncIterator<Uint8Array> => this.#body[Symbol.asyncIterator]();
    let inner: AsyncIterator<Uint8Array> | undefined;
    let over = false;
    return {
      async next() {
        if (over) {
          return DONE;
        }
        try {
          inner ??= open();
          const step = await inner.next();
          over = step.done === true;
          return step;
        } catch (error) {
          over = true;
          return { done: false, value: rescue(error) };
        }
      },
      async return() {
        if (!over) {
          over = true;
          await inner?.return?.();
        }
        return DONE;
      },
    };
  }

  close(): Promise<void> {
    this.#closing ??= (async () => this.#body.close?.())();
    return this.#closing;
  }
}
