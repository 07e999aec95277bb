import type { Lifespan } from '@tsgi/types';

// As the environ: nothing is inherited.
function State(this: object): void {}
State.prototype = Object.create(null);
const StateObject = State as unknown as new () => Record<string, unknown>;

/** Runs work between the startup and the shutdown of an application, with its `tsgi.state`. */
export async function withLifespan<Result>(
  lifespan: Lifespan | undefined,
  work: (state: Record<string, unknown>) => Promise<Result>,
): Promise<Result> {
  const state = new StateObject();
  await lifespan?.startup?.(state);
  try {
    return await work(state);
  } finally {
    await lifespan?.shutdown?.(state);
  }
}
