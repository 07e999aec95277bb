import type { WorkerState } from './worker-state.ts';

/** A worker, as far as the plan goes. */
export interface PlannedWorker {
  readonly state: WorkerState;
  /** Set where it is to be replaced. */
  readonly stale: unknown;
}

/** What to do next so that as many workers serve as shall. */
export interface PoolPlan<Worker> {
  /** How many workers to start. */
  readonly spawn: number;
  /** Those that end what runs, then exit. */
  readonly drain: readonly Worker[];
  /** Those that have served nothing and are not wanted any more. */
  readonly kill: readonly Worker[];
}

/**
 * Plans the next step towards `target` workers, from workers in the order of their start. A stale
 * worker serves until another one is ready in its place, and they are replaced one by one; workers
 * that are missing are started all at once.
 */
export function planPool<Worker extends PlannedWorker>(
  workers: readonly Worker[],
  target: number,
): PoolPlan<Worker> {
  const waiting = workers.filter(({ state }) => state === 'spawning' || state === 'booting');
  const ready = workers.filter(({ state }) => state === 'ready');
  const freshWaiting = waiting.filter(isFresh);
  const freshReady = ready.filter(isFresh);
  const staleReady = ready.filter((worker) => !isFresh(worker));
  const fresh = freshWaiting.length + freshReady.length;
  const missing = target - fresh - staleReady.length;
  const inTurn = staleReady.length > 0 && freshWaiting.length === 0 ? 1 : 0;
  const surplus = Math.max(0, ready.length - target);
  const excess = Math.max(0, fresh - target);
  const unneeded = tail(freshWaiting, excess);
  return {
    spawn: Math.max(0, Math.min(target - fresh, Math.max(missing, inTurn))),
    drain: [
      ...staleReady.slice(0, surplus),
      ...tail(freshReady, Math.min(excess - unneeded.length, surplus)),
    ],
    kill: [...waiting.filter((worker) => !isFresh(worker)), ...unneeded],
  };
}

function isFresh({ stale }: PlannedWorker): boolean {
  return stale === undefined;
}

// The youngest first: the others are warm.
function tail<Item>(items: readonly Item[], count: number): readonly Item[] {
  return items.slice(items.length - Math.min(count, items.length));
}
