import type { Environ } from '@tsgi/types';

/** A copy of an environ with other entries: an object without prototype, as a server makes it. */
export function copyEnviron(environ: Environ, entries: Partial<Environ> = {}): Environ {
  return { __proto__: null, ...environ, ...entries } as unknown as Environ;
}
