import { isThenable } from './result.ts';

/** A value now, or a promise of it. */
export type Maybe<T> = T | PromiseLike<T>;

/** Goes on with a value now, or once it is there. */
export function mapMaybe<T, U>(value: Maybe<T>, change: (value: T) => Maybe<U>): Maybe<U> {
  return isThenable(value) ? value.then(change) : change(value);
}
