import type { AsyncApplication, AsyncMiddleware, Middleware } from '@tsgi/types';
import { type AnyMiddleware, type EitherMiddleware, either } from './either.ts';

/**
 * Makes one middleware of several; the first one given is the outermost. Without any it returns the
 * application itself. Throws a TypeError that names the place of a value that is no function.
 */
export function compose(...middleware: readonly EitherMiddleware[]): EitherMiddleware;
export function compose(...middleware: readonly Middleware[]): Middleware;
export function compose(...middleware: readonly AsyncMiddleware[]): AsyncMiddleware;
export function compose(...middleware: readonly AnyMiddleware[]): EitherMiddleware {
  middleware.forEach((item: unknown, index) => {
    if (typeof item !== 'function') {
      throw new TypeError(`compose takes middleware; argument ${index + 1} is ${typeof item}`);
    }
  });
  return either((application: AsyncApplication) =>
    (middleware as readonly AsyncMiddleware[]).reduceRight(
      (inner, wrap) => wrap(inner),
      application,
    ),
  );
}
