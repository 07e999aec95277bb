import { nameWorker } from './exit-reason.ts';
import type { Journal } from './journal.ts';
import type { Reason, WorkerProcess } from './worker-process.ts';

/** How long a worker may take to go, beyond what the settings give it, in milliseconds. */
const KILL_GRACE = 1000;
/** A worker that was silent for so long is stuck, in milliseconds. */
const SILENT = 3000;

/** Ends workers: in order where that is possible, in time in any case. */
export class Retirement {
  readonly #log: Journal;
  readonly #onRetired: (worker: WorkerProcess) => void;

  /** @param onRetired told of each worker that is to get no more connections */
  constructor(log: Journal, onRetired: (worker: WorkerProcess) => void) {
    this.#log = log;
    this.#onRetired = onRetired;
  }

  /** Lets a worker end what runs and exit; one that does not serve is ended at once. */
  drain(worker: WorkerProcess, reason: Reason): void {
    if (worker.state !== 'ready') {
      this.kill(worker, reason);
      return;
    }
    this.drains(worker, reason);
    worker.signal('SIGTERM');
  }

  /** A worker ends what runs, and exits. */
  drains(worker: WorkerProcess, reason: Reason): void {
    const { gracefulTimeout, shutdownTimeout } = worker.start.settings;
    worker.ending ??= reason;
    worker.enter('drain');
    this.#onRetired(worker);
    clearTimeout(worker.deadline);
    worker.deadline = setTimeout(() => {
      // a worker that is stuck cannot cut off what runs, nor run its shutdown
      if (worker.silence > SILENT) {
        this.#killLate(worker);
      } else {
        worker.deadline = setTimeout(() => this.#killLate(worker), shutdownTimeout);
      }
    }, gracefulTimeout + KILL_GRACE);
  }

  #killLate(worker: WorkerProcess): void {
    this.#log.error(`${nameWorker(worker)} has not stopped in time and is killed`);
    this.kill(worker, 'shutdown');
  }

  /** Ends a worker at once. */
  kill(worker: WorkerProcess, reason: Reason): void {
    worker.ending ??= reason;
    if (worker.enter('kill')) {
      clearTimeout(worker.deadline);
      this.#onRetired(worker);
      worker.signal('SIGKILL');
    }
  }
}
