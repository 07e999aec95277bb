import type { Reason, WorkerProcess } from './worker-process.ts';
import { addTotals, NO_TOTALS, type Totals } from './worker-report.ts';

/** Counts what outlives single workers. */
export class Figures {
  #past: Totals = NO_TOTALS;
  #started = 0;
  #ended = new Map<Reason, number>();

  /** A worker was started. */
  countStart(): void {
    this.#started += 1;
  }

  /** A worker is gone, and its totals with it. */
  countEnd(worker: WorkerProcess): void {
    const reason = worker.ending ?? 'died';
    this.#past = addTotals(this.#past, worker.totals);
    this.#ended.set(reason, (this.#ended.get(reason) ?? 0) + 1);
  }

  /** Workers started so far. */
  get started(): number {
    return this.#started;
  }

  /** Workers that ended so far, by reason. */
  get ended(): ReadonlyMap<Reason, number> {
    return this.#ended;
  }

  /** What all workers have done, those that are gone included. */
  totals(workers: readonly WorkerProcess[]): Totals {
    return workers.reduce((sum, worker) => addTotals(sum, worker.totals), this.#past);
  }
}
