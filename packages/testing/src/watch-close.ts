import type { AsyncApplication, AsyncBody, Body } from '@tsgi/types';

/** How often `close()` of a body was called; `undefined` for a body without one. */
export interface CloseCount {
  closes: number | undefined;
}

/** The application, whose body is watched without being changed. */
export function watchClose(application: AsyncApplication, count: CloseCount): AsyncApplication {
  const watch = (body: Body | AsyncBody): Body | AsyncBody => watchBody(body, count);
  return (environ, startResponse) => {
    const result = application(environ, startResponse);
    return 'then' in Object(result)
      ? (result as PromiseLike<Body | AsyncBody>).then(watch)
      : watch(result as Body | AsyncBody);
  };
}

// An array is sent as one piece, and no place for a close(): it stays itself.
function watchBody(body: Body | AsyncBody, count: CloseCount): Body | AsyncBody {
  const given: unknown = body;
  if (
    typeof given !== 'object' ||
    given === null ||
    ArrayBuffer.isView(given) ||
    Array.isArray(given)
  ) {
    return body;
  }
  if (typeof body.close !== 'function') {
    return body;
  }
  count.closes = 0;
  const { [Symbol.iterator]: iterate, [Symbol.asyncIterator]: iterateLater } = body as Partial<
    Body & AsyncBody
  >;
  const watched: Record<PropertyKey, unknown> = {
    close() {
      count.closes = (count.closes ?? 0) + 1;
      return body.close?.();
    },
  };
  if (iterate !== undefined) {
    watched[Symbol.iterator] = () => iterate.call(body);
  }
  if (iterateLater !== undefined) {
    watched[Symbol.asyncIterator] = () => iterateLater.call(body);
  }
  if ('tsgi.file' in body) {
    watched['tsgi.file'] = body['tsgi.file'];
  }
  return watched as unknown as Body | AsyncBody;
}
