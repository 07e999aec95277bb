import type { AsyncApplication, AsyncMiddleware, Environ, Middleware } from '@tsgi/types';
import { type AnyMiddleware, type EitherMiddleware, either } from './either.ts';

/** Applies a middleware to the requests that a condition picks; others go straight on. */
export function when(
  condition: (environ: Environ) => boolean,
  middleware: EitherMiddleware,
): EitherMiddleware;
export function when(condition: (environ: Environ) => boolean, middleware: Middleware): Middleware;
export function when(
  condition: (environ: Environ) => boolean,
  middleware: AsyncMiddleware,
): AsyncMiddleware;
export function when(
  condition: (environ: Environ) => boolean,
  middleware: AnyMiddleware,
): EitherMiddleware {
  return either((application: AsyncApplication) => {
    const wrapped = (middleware as AsyncMiddleware)(application);
    return (environ, startResponse) =>
      (condition(environ) ? wrapped : application)(environ, startResponse);
  });
}
