import type { AsyncBody, Body } from '@tsgi/types';
import type { BodyWatch } from './body-watch.ts';
import { guardDispose } from './guard-dispose.ts';

/** An asynchronous body between the two sides. */
export function wrapAsyncBody(body: AsyncBody, watch: BodyWatch): AsyncBody {
  const wrapped: AsyncBody = {
    [Symbol.asyncIterator]() {
      watch.iterate();
      const iterator = obtain(body, watch);
      // What is no iterator goes to the server as it is: to judge it is the server's part as well.
      return watch.state === 'threw' ? iterator : wrapIterator(iterator, watch);
    },
    close() {
      return watch.close(() => body.close?.()) as void | PromiseLike<void>;
    },
  };
  return guardDispose(wrapped, body, (name) => watch.disposing(name));
}

/** Lets a synchronous body that is asynchronous as well show that; `onUse` hears of every use. */
export function withAsyncIterator(wrapped: Body, body: Body, onUse: () => void): Body {
  const iterate: unknown = Reflect.get(body, Symbol.asyncIterator);
  if (typeof iterate === 'function') {
    Object.defineProperty(wrapped, Symbol.asyncIterator, {
      value: (): unknown => {
        onUse();
        return Reflect.apply(iterate, body, []);
      },
    });
  }
  return wrapped;
}

function obtain(body: AsyncBody, watch: BodyWatch): AsyncIterator<Uint8Array> {
  let iterator: AsyncIterator<Uint8Array>;
  try {
    iterator = body[Symbol.asyncIterator]();
  } catch (error) {
    watch.threw();
    throw error;
  }
  try {
    watch.iterator(iterator);
  } catch (error) {
    void release(iterator, watch);
    throw error;
  }
  return iterator;
}

function wrapIterator(
  iterator: AsyncIterator<Uint8Array>,
  watch: BodyWatch,
): AsyncIterator<Uint8Array> {
  const wrapped: AsyncIterator<Uint8Array> = {
    async next() {
      try {
        watch.next();
        const result = await pull(iterator, watch);
        watch.result(result);
        return result;
      } catch (error) {
        await release(iterator, watch);
        throw error;
      }
    },
    async return(...value) {
      watch.returning();
      return (await iterator.return?.(...value)) ?? { done: true, value: undefined };
    },
  };
  return guardDispose(wrapped, iterator, (name) => watch.disposing(name));
}

async function pull(
  iterator: AsyncIterator<Uint8Array>,
  watch: BodyWatch,
): Promise<IteratorResult<Uint8Array>> {
  try {
    return await iterator.next();
  } catch (error) {
    watch.threw();
    throw error;
  }
}

// As for a synchronous body: a finding is about to be thrown, after which nobody calls return().
async function release(iterator: AsyncIterator<unknown>, watch: BodyWatch): Promise<void> {
  if (!watch.abandoned) {
    return;
  }
  watch.threw();
  try {
    await iterator.return?.();
  } catch {
    // The finding is on its way; what the iterator throws now is a consequence of it.
  }
}
