import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

/** Turns of the event loop in which a server that stops accepts what is in the queue. */
const MOST_TURNS = 50;
/** How long it waits for its workers to take that, and how often it looks, in milliseconds. */
const HAND_OVER = 1000;
const LOOK = 5;

/**
 * Accepts what the system has in its queue before the listening sockets are closed, since it resets
 * the rest with them; resolves when workers have taken it.
 */
export async function takeLastConnections(
  distributor: { readonly taken: number; readonly waiting: number },
  listeners: { close(): void },
): Promise<void> {
  for (let turn = 0, before = -1; turn < MOST_TURNS && before < distributor.taken; turn++) {
    before = distributor.taken;
    await nextTurn();
  }
  listeners.close();
  const latest = performance.now() + HAND_OVER;
  while (distributor.waiting > 0 && performance.now() < latest) {
    await delay(LOOK);
  }
}
