import type { WorkerProcess } from './worker-process.ts';

/** How often the workers are looked at, in milliseconds. */
const LOOK = 1000;
/** How much longer than `timeout` the watch inside a worker has before the arbiter acts itself. */
const WATCH_GRACE = 5000;
/** A process that stands at a breakpoint is not stuck. */
const DEBUGGED = process.execArgv.some((option) => option.startsWith('--inspect'));

/**
 * Tells of workers that were not heard of for longer than their `timeout`: the watch inside them has
 * failed, or the runtime has none.
 */
export class SilenceWatch {
  readonly #timer: NodeJS.Timeout;
  #looked = performance.now();

  constructor(workers: () => readonly WorkerProcess[], onSilent: (worker: WorkerProcess) => void) {
    this.#timer = setInterval(() => {
      if (!DEBUGGED && this.#onTime()) {
        workers().filter(isSilent).forEach(onSilent);
      }
    }, LOOK);
  }

  // A round that is late itself finds every worker silent: their messages are still unread.
  #onTime(): boolean {
    const passed = performance.now() - this.#looked;
    this.#looked += passed;
    return passed < 2 * LOOK;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function isSilent({ state, silence, start }: WorkerProcess): boolean {
  const { timeout } = start.settings;
  const watched = state === 'ready' || state === 'draining';
  return watched && timeout > 0 && silence > timeout + WATCH_GRACE;
}
