import { createHook } from 'node:async_hooks';
import { readdirSync } from 'node:fs';
import process from 'node:process';
import type { ApplicationSession } from './session.ts';

/**
 * How the number of resources grows with each further round of a personality, in words; undefined
 * where it does not. What is opened once and kept does not grow.
 */
export async function measureGrowth(
  session: ApplicationSession,
  personality: string,
): Promise<string | undefined> {
  const timers = new TimerCount();
  const count = session.openResources ?? (() => timers.open + countHandles() + countDescriptors());
  try {
    const counts = [count()];
    for (let round = 0; round < 2; round += 1) {
      await session.again(personality);
      await settleDown(count, counts.at(-1) as number, session.patience.brief);
      counts.push(count());
    }
    const [before, once, twice] = counts as [number, number, number];
    if (once <= before || twice <= once) return undefined;
    return `${once - before} more after each round of requests`;
  } finally {
    timers.stop();
  }
}

/** A resource may be released a little later; `ms` is an upper bound. */
async function settleDown(count: () => number, before: number, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (count() > before && performance.now() < end) await new Promise(setImmediate);
}

/** The timers that were made since and still run, those that are unreferenced among them. */
class TimerCount {
  readonly #open = new Set<number>();
  readonly #hook = createHook({
    init: (id, type) => {
      if (type === 'Timeout') this.#open.add(id);
    },
    destroy: (id) => {
      this.#open.delete(id);
    },
  }).enable();

  get open(): number {
    return this.#open.size;
  }

  stop(): void {
    this.#hook.disable();
  }
}

/** Watchers, sockets, processes and ports that keep the process alive, and listeners of it. */
function countHandles(): number {
  const handles = process
    .getActiveResourcesInfo()
    .filter((name) => /(?:(?<!Req)Wrap|Watcher|Port)$/.test(name));
  const listeners = process.eventNames().map((name) => process.listenerCount(name));
  return listeners.reduce((sum, one) => sum + one, handles.length);
}

/** Open file descriptors, where the system lists them. */
function countDescriptors(): number {
  try {
    return readdirSync('/dev/fd').length;
  } catch {
    return 0;
  }
}
