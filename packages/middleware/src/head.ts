import { copyEnviron } from './copy-environ.ts';
import { type EitherMiddleware, either } from './either.ts';

/**
 * Lets an application that only knows GET answer HEAD: it is called with the method GET, and the
 * server sends the beginning of the response alone (RFC 9110, 9.3.2). Whoever stands outside sees
 * HEAD as before.
 */
export function head(): EitherMiddleware {
  return either(
    (application) => (environ, startResponse) =>
      application(
        environ.REQUEST_METHOD === 'HEAD'
          ? copyEnviron(environ, { REQUEST_METHOD: 'GET' })
          : environ,
        startResponse,
      ),
  );
}
