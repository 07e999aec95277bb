/**
 * Rule 1: how fast a machine is never decides a verdict. Time that is over on a machine with more work
 * than processors is given again, and what was due when it ended is heard before it counts.
 */
import { availableParallelism, loadavg } from 'node:os';

/**
 * Turns of the event loop that are given after the time is over, and for how many milliseconds: a server
 * that reports without end would fill each turn with more than the one before.
 */
const GRACE_TURNS = 50;
const GRACE_TIME = 100;

/** How many times the time is multiplied at most, however much there is to do. */
export const MAX_SLOWNESS = 5;

/**
 * How many times longer things take than on a machine that has nothing else to do; 1 at least. Systems
 * prefer what has waited to what computes, so that waiting grows more slowly than the load.
 */
export function measureSlowness(): number {
  const [minute = 0] = loadavg();
  const share = minute / availableParallelism();
  return Math.min(MAX_SLOWNESS, Math.max(1, Math.sqrt(share)));
}

/** Calls back once when time is over, unless it is cleared before. */
export class PatientTimer {
  readonly #ms: number;
  readonly #began = performance.now();
  readonly #onEnd: () => void;
  readonly #slowness: () => number;
  #timer: NodeJS.Timeout;
  #isCleared = false;

  /** `ms` are milliseconds of a machine that has nothing else to do, unless `slowness` says otherwise. */
  constructor(ms: number, onEnd: () => void, slowness: () => number = measureSlowness) {
    this.#ms = ms;
    this.#onEnd = onEnd;
    this.#slowness = slowness;
    this.#timer = setTimeout(() => void this.#ring(), ms);
  }

  /** Nothing is called back any more. */
  clear(): void {
    this.#isCleared = true;
    clearTimeout(this.#timer);
  }

  async #ring(): Promise<void> {
    const left = this.#ms * this.#slowness() - (performance.now() - this.#began);
    if (left > 1) {
      this.#timer = setTimeout(() => void this.#ring(), left);
      return;
    }
    // A machine that stood still lets the timer run out before everything that was due meanwhile.
    const late = performance.now() + GRACE_TIME;
    for (let turn = 0; turn < GRACE_TURNS && performance.now() < late; turn += 1) {
      if (this.#isCleared) return;
      await new Promise(setImmediate);
    }
    if (!this.#isCleared) this.#onEnd();
  }
}
