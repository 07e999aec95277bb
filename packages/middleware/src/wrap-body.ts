import type { AsyncBody, Body } from '@tsgi/types';
import { isThenable, kindOfBody } from './result.ts';

/** What is done with the chunks of one body. */
export interface BodyFilter {
  /** One chunk in, one chunk out: of zero length where nothing is ready to be sent yet. */
  chunk(chunk: Uint8Array): Uint8Array;
  /** Asked before each pull: true ends the body there, without the rest of the inner one. */
  isDone?(): boolean;
  /** What is left to send after the last chunk; not called where `isDone` has ended the body. */
  end?(): Uint8Array | undefined;
  /** What is sent in place of a pull that throws, as the last chunk; without it the error goes on. */
  fail?(error: unknown): Uint8Array;
  /** Called exactly once when the server is done with the body, after the inner body's `close()`. */
  close?(): void;
}

/**
 * A body that passes every chunk of another one through a filter: one pull of it is one pull of the
 * inner body, whose `return()` and `close()` are called as MW-BREAK, MW-CLOSE and MW-CLOSE-ONCE ask.
 * A value that is no body is returned as it is, for the server to name its fault.
 */
export function wrapBody(body: Body, filter: BodyFilter): Body;
export function wrapBody(body: AsyncBody, filter: BodyFilter): AsyncBody;
export function wrapBody(body: Body | AsyncBody, filter: BodyFilter): Body | AsyncBody;
export function wrapBody(body: Body | AsyncBody, filter: BodyFilter): Body | AsyncBody {
  const kind = kindOfBody(body);
  if (kind === 'sync') {
    return new FilteredBody(body as Body, filter);
  }
  return kind === 'async' ? new FilteredAsyncBody(body as AsyncBody, filter) : body;
}

const DONE = { done: true, value: undefined } as const;

class FilteredBody implements Body {
  readonly #body: Body;
  readonly #filter: BodyFilter;
  #closed = false;

  constructor(body: Body, filter: BodyFilter) {
    this.#body = body;
    this.#filter = filter;
  }

  [Symbol.iterator](): Iterator<Uint8Array> {
    const body = this.#body;
    // asked for with the first pull, so that `fail` answers for what that throws as well
    let inner: Iterator<Uint8Array> | undefined;
    const filter = this.#filter;
    let ended = false;
    const abandon = (): void => {
      ended = true;
      inner?.return?.();
    };
    return {
      next() {
        if (ended) {
          return DONE;
        }
        if (filter.isDone?.() === true) {
          abandon();
          return DONE;
        }
        ended = true; // what next() throws ends the iteration
        let step: IteratorResult<Uint8Array, unknown>;
        try {
          inner ??= body[Symbol.iterator]();
          step = inner.next();
        } catch (error) {
          return lastWord(filter, error);
        }
        if (step.done === true) {
          return lastStep(filter);
        }
        ended = false;
        try {
          return { done: false, value: filter.chunk(step.value) };
        } catch (error) {
          attempt(abandon);
          throw error;
        }
      },
      return() {
        if (!ended) {
          abandon();
        }
        return DONE;
      },
    };
  }

  close(): void {
    if (!this.#closed) {
      this.#closed = true;
      closeBoth(this.#body, this.#filter);
    }
  }
}

class FilteredAsyncBody implements AsyncBody {
  readonly #body: AsyncBody;
  readonly #filter: BodyFilter;
  #closing: Promise<void> | undefined;

  constructor(body: AsyncBody, filter: BodyFilter) {
    this.#body = body;
    this.#filter = filter;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    const body = this.#body;
    let inner: AsyncIterator<Uint8Array> | undefined;
    const filter = this.#filter;
    let ended = false;
    let abandoned = false;
    const abandon = async (): Promise<void> => {
      ended = true;
      abandoned = true;
      await inner?.return?.();
    };
    return {
      async next() {
        if (ended) {
          return DONE;
        }
        if (filter.isDone?.() === true) {
          await abandon();
          return DONE;
        }
        let step: IteratorResult<Uint8Array, unknown> | undefined;
        let thrown: unknown;
        try {
          inner ??= body[Symbol.asyncIterator]();
          step = await inner.next();
        } catch (error) {
          ended = true; // what next() throws ends the iteration
          thrown = error;
        }
        // ASYNC-APP-RETURN: return() may have been called meanwhile, and nobody wants the chunk
        if (abandoned) {
          return DONE;
        }
        if (step === undefined) {
          return lastWord(filter, thrown);
        }
        if (step.done === true) {
          ended = true;
          return lastStep(filter);
        }
        try {
          return { done: false, value: filter.chunk(step.value) };
        } catch (error) {
          await abandon().catch(ignore);
          throw error;
        }
      },
      async return() {
        if (!ended) {
          await abandon();
        }
        return DONE;
      },
    };
  }

  close(): Promise<void> {
    this.#closing ??= closeBothInTurn(this.#body, this.#filter);
    return this.#closing;
  }
}

function lastStep(filter: BodyFilter): IteratorResult<Uint8Array, undefined> {
  const tail = filter.end?.();
  return tail === undefined || tail.byteLength === 0 ? DONE : { done: false, value: tail };
}

function lastWord(filter: BodyFilter, error: unknown): IteratorResult<Uint8Array, undefined> {
  if (filter.fail === undefined) {
    throw error;
  }
  return { done: false, value: filter.fail(error) };
}

// Where the filter throws, the server calls no return() of ours any more; its error is the one that
// is reported, whatever comes of ending the inner iteration.
function attempt(abandon: () => void): void {
  try {
    abandon();
  } catch (error) {
    ignore(error);
  }
}

function ignore(_error: unknown): void {}

function closeBoth(body: Body, filter: BodyFilter): void {
  try {
    body.close?.();
  } finally {
    filter.close?.();
  }
}

async function closeBothInTurn(body: AsyncBody, filter: BodyFilter): Promise<void> {
  try {
    const closing = body.close?.();
    if (isThenable(closing)) {
      await closing;
    }
  } finally {
    filter.close?.();
  }
}
