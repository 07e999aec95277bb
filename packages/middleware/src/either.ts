import type { Application, AsyncApplication, AsyncMiddleware, Middleware } from '@tsgi/types';

/** A middleware of both profiles: it makes of an application one of the same profile. */
export interface EitherMiddleware {
  (application: Application): Application;
  (application: AsyncApplication): AsyncApplication;
}

/** A middleware of one profile or of both. */
export type AnyMiddleware = EitherMiddleware | Middleware | AsyncMiddleware;

/**
 * Types a middleware that handles every result an application may return. Under the synchronous
 * profile no promise and no asynchronous body ever comes, so that one piece of code serves both.
 */
export function either(
  middleware: (application: AsyncApplication) => AsyncApplication,
): EitherMiddleware {
  return middleware as unknown as EitherMiddleware;
}
