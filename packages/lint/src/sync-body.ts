import type { Body } from '@tsgi/types';
import type { BodyWatch } from './body-watch.ts';
import { guardDispose } from './guard-dispose.ts';

/** A body between the two sides. An Array stays one, so that its length is still known. */
export function wrapBody(body: Body, watch: BodyWatch): Body {
  const iterate = (): Iterator<Uint8Array> => {
    watch.iterate();
    const iterator = obtain(body, watch);
    // What is no iterator goes to the server as it is: to judge it is the server's part as well.
    return watch.state === 'threw' ? iterator : wrapIterator(iterator, watch);
  };
  // A server of the asynchronous profile awaits what close() returns, of this kind of body too.
  const close = (): void => watch.close(() => body.close?.()) as void;
  if (Array.isArray(body)) {
    return wrapArray(body, { iterate, close });
  }
  const wrapped: Body = {
    [Symbol.iterator]: iterate,
    close,
    ...('tsgi.file' in body ? { 'tsgi.file': body['tsgi.file'] } : {}),
  };
  return guardDispose(wrapped, body, (name) => watch.disposing(name));
}

// A Proxy around the Array may answer with something else for none but such properties.
const ORDINARY = { configurable: true, writable: true };

interface Hooks {
  readonly iterate: () => Iterator<Uint8Array>;
  readonly close: () => void;
}

function wrapArray(body: readonly Uint8Array[], { iterate, close }: Hooks): Body {
  const copy: Uint8Array[] = [];
  for (let index = 0; index < body.length; index += 1) {
    copy.push(body[index] as Uint8Array);
  }
  return Object.defineProperties(copy, {
    [Symbol.iterator]: { value: iterate, ...ORDINARY },
    close: { value: close, ...ORDINARY },
    ...('tsgi.file' in body ? { 'tsgi.file': { value: body['tsgi.file'], ...ORDINARY } } : {}),
  });
}

function obtain(body: Body, watch: BodyWatch): Iterator<Uint8Array> {
  let iterator: Iterator<Uint8Array>;
  try {
    iterator = body[Symbol.iterator]();
  } catch (error) {
    watch.threw();
    throw error;
  }
  try {
    watch.iterator(iterator);
  } catch (error) {
    release(iterator, watch);
    throw error;
  }
  return iterator;
}

function wrapIterator(iterator: Iterator<Uint8Array>, watch: BodyWatch): Iterator<Uint8Array> {
  const wrapped: Iterator<Uint8Array> = {
    next() {
      try {
        watch.next();
        const result = pull(iterator, watch);
        watch.result(result);
        return result;
      } catch (error) {
        release(iterator, watch);
        throw error;
      }
    },
    return(...value) {
      watch.returning();
      return iterator.return?.(...value) ?? { done: true, value: undefined };
    },
  };
  return guardDispose(wrapped, iterator, (name) => watch.disposing(name));
}

function pull(iterator: Iterator<Uint8Array>, watch: BodyWatch): IteratorResult<Uint8Array> {
  try {
    return iterator.next();
  } catch (error) {
    watch.threw();
    throw error;
  }
}

// A finding is about to be thrown. To the consumer that is an iterator that threw, and it will not
// call return() on it any more; the iterator behind it has not thrown, and somebody has to.
function release(iterator: Iterator<unknown>, watch: BodyWatch): void {
  if (!watch.abandoned) {
    return;
  }
  watch.threw();
  try {
    iterator.return?.();
  } catch {
    // The finding is on its way; what the iterator throws now is a consequence of it.
  }
}
