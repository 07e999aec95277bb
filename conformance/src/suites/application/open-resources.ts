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
  const count = session.openResources ?? countResources;
  const counts = [count()];
  for (let round = 0; round < 2; round += 1) {
    await session.again(personality);
    await settleDown(count, counts.at(-1) as number, session.patience.brief);
    counts.push(count());
  }
  const [before, once, twice] = counts as [number, number, number];
  if (once <= before || twice <= once) return undefined;
  return `${once - before} more after each round of requests`;
}

/** A resource may be released a little later; `ms` is an upper bound. */
async function settleDown(count: () => number, before: number, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (count() > before && performance.now() < end) await new Promise(setImmediate);
}

/** Open file descriptors, where the system lists them, and timers. */
function countResources(): number {
  const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
  return timers.length + countDescriptors();
}

function countDescriptors(): number {
  try {
    return readdirSync('/dev/fd').length;
  } catch {
    return 0;
  }
}
