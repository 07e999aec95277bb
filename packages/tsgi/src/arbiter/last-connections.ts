import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

/** Turns of the event loop in which a server that stops accepts what is in the queue. */
const MOST_TURNS = 50;
/** How long it waits at most for its workers to take that, and how often it looks, in milliseconds. */
const HAND_OVER = 10_000;
const LOOK = 5;

/** What hands connections to workers, and where they come from. */
export interface Entrance {
  readonly distributor: { readonly taken: number; readonly waiting: number };
  readonly listeners: { close(): void };
}

/**
 * Accepts what the system has in its queue before the listening sockets are closed, since it resets
 * the rest with them; resolves when workers have taken it.
 *
 * @param timeout milliseconds; a worker that is at work for so long would not have answered either
 */
export async function takeLastConnections(
  { distributor, listeners }: Entrance,
  timeout: number,
): Promise<void> {
  for (let turn = 0, before = -1; turn < MOST_TURNS && before < distributor.taken; turn++) {
    before = distributor.taken;
    await nextTurn();
  }
  listeners.close();
  const latest = performance.now() + Math.min(timeout, HAND_OVER);
  while (distributor.waiting > 0 && performance.now() < latest) {
    await delay(LOOK);
  }
}
