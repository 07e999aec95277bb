import type { AsyncBody, Body } from '@tsgi/types';
import { isThenable } from './result-kind.ts';

/** What hears of the life of a body. Nothing that it does changes what the body does. */
export interface BodyTap {
  /** A pull begins. */
  readonly pull?: () => void;
  /** A chunk came, of whatever kind. */
  readonly chunk?: () => void;
  /** The body has come to its end in order. */
  readonly end?: () => void;
  /** The body threw. */
  readonly threw?: (error: unknown) => void;
  /** `close()` begins; what this returns is called when it has settled. */
  readonly closing?: () => () => void;
}

/** Taps a synchronous body; an Array is passed on untouched, since it is wholly there. */
export function tapBody(body: Body, tap: BodyTap): Body {
  if (Array.isArray(body)) {
    return body;
  }
  return {
    [Symbol.iterator]: () => {
      const iterator = listening(tap, () => body[Symbol.iterator]());
      return {
        next: () => {
          tap.pull?.();
          return heard(
            listening(tap, () => iterator.next()),
            tap,
          );
        },
        return: (...value) => iterator.return?.(...value) ?? { done: true, value: undefined },
      };
    },
    close: () => closeTapped(body, tap) as void,
    ...('tsgi.file' in body ? { 'tsgi.file': body['tsgi.file'] } : {}),
  };
}

// Under the asynchronous profile close() of a synchronous body may return a promise.
function closeTapped(body: Body, tap: BodyTap): unknown {
  const closed = tap.closing?.();
  let result: unknown;
  try {
    result = body.close?.();
  } finally {
    if (!isThenable(result)) {
      closed?.();
    }
  }
  return isThenable(result) ? Promise.resolve(result).finally(closed) : undefined;
}

/** Taps an asynchronous body. */
export function tapAsyncBody(body: AsyncBody, tap: BodyTap): AsyncBody {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = listening(tap, () => body[Symbol.asyncIterator]());
      return {
        next: async () => {
          tap.pull?.();
          return heard(await settling(tap, () => iterator.next()), tap);
        },
        return: async (...value) =>
          (await iterator.return?.(...value)) ?? { done: true, value: undefined },
      };
    },
    close: async () => {
      const closed = tap.closing?.();
      try {
        await body.close?.();
      } finally {
        closed?.();
      }
    },
  };
}

function heard<T extends IteratorResult<Uint8Array>>(result: T, tap: BodyTap): T {
  const listener = result.done === true ? tap.end : tap.chunk;
  listener?.();
  return result;
}

/** Calls something, and tells the tap what it throws. */
export function listening<T>(tap: BodyTap, call: () => T): T {
  try {
    return call();
  } catch (error) {
    tap.threw?.(error);
    throw error;
  }
}

/** Awaits something, and tells the tap what it throws. */
export async function settling<T>(tap: BodyTap, call: () => PromiseLike<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    tap.threw?.(error);
    throw error;
  }
}
