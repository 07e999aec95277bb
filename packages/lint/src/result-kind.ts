import type { AsyncBody, Body } from '@tsgi/types';
import { brandOf } from './octets.ts';

/** Whether a value is a synchronous body: an iterable object, no typed array and no thenable. */
export function isBody(value: unknown): value is Body {
  return (
    typeof value === 'object' &&
    value !== null &&
    brandOf(value) === undefined &&
    !isThenable(value) &&
    typeof Reflect.get(value, Symbol.iterator) === 'function'
  );
}

/** Whether a value is a thenable: an object or function with a callable `then`. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  const object = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return object && typeof Reflect.get(value, 'then') === 'function';
}

/** Whether a value can be iterated asynchronously. */
export function isAsyncBody(value: unknown): value is AsyncBody {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, Symbol.asyncIterator) === 'function'
  );
}
