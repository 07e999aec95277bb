import type { AsyncBody, Body } from '@tsgi/types';

/** A body without content in place of one that is not sent: nothing is pulled, `close()` goes on. */
export function skipBody(body: Body | AsyncBody): Body {
  let closed = false;
  return {
    [Symbol.iterator]: () => [].values(),
    close: () => {
      if (!closed) {
        closed = true;
        return body.close?.() as void;
      }
    },
  };
}
