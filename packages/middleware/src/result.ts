import type { AsyncBody, Body } from '@tsgi/types';

/** What an application returns: in the synchronous profile a `Body`, in the other any of these. */
export type Result = Body | AsyncBody | PromiseLike<Body | AsyncBody>;

/** Whether a value is an object or a function with a `then` method. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

/** Applies a function to a body now, or once the promise of it is fulfilled. */
export function mapResult(
  result: Result,
  change: (body: Body | AsyncBody) => Body | AsyncBody,
): Result {
  return isThenable(result) ? result.then(change) : change(result);
}

/**
 * What kind of body a value is, in the order in which a server looks; `undefined` where it is none.
 * Middleware passes such a value on as it is: it is for the server to say what is wrong with it.
 */
export function kindOfBody(value: unknown): 'sync' | 'async' | undefined {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) {
    return undefined;
  }
  if (typeof (value as Partial<Body>)[Symbol.iterator] === 'function') {
    return 'sync';
  }
  return typeof (value as Partial<AsyncBody>)[Symbol.asyncIterator] === 'function'
    ? 'async'
    : undefined;
}
