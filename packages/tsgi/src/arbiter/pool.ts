import { EXIT } from '../cli/command-error.ts';
import type { Settings } from '../settings/table.ts';
import { BackOff, LIVED } from './back-off.ts';
import { nameWorker } from './exit-reason.ts';
import { HANG_SIGNAL } from './hang-message.ts';
import type { Journal } from './journal.ts';
import type { FromWorker, ListenerAddress } from './messages.ts';
import { planPool } from './pool-plan.ts';
import { requestLimit } from './recycling.ts';
import { Retirement } from './retirement.ts';
import { type Reason, type WorkerExit, WorkerProcess } from './worker-process.ts';

/** What a pool tells its arbiter, after it has drawn its own conclusions. */
export interface PoolObserver {
  /** A worker was started. */
  started(worker: WorkerProcess): void;
  /** A worker serves. */
  ready(worker: WorkerProcess): void;
  /** A worker gets no more connections. */
  retired(worker: WorkerProcess): void;
  /** A worker is gone. */
  gone(worker: WorkerProcess, exit: WorkerExit): void;
  message(worker: WorkerProcess, message: FromWorker): void;
}

/** What a pool needs to know. */
export interface PoolOptions {
  readonly settings: Settings;
  readonly target: number;
  readonly listeners: readonly ListenerAddress[];
  readonly log: Journal;
}

/** The worker processes: started, replaced and ended so that `target` of them serve. */
export class WorkerPool {
  readonly #observer: PoolObserver;
  readonly #log: Journal;
  readonly #listeners: readonly ListenerAddress[];
  readonly #retirement: Retirement;
  readonly #backOff = new BackOff();
  #workers: WorkerProcess[] = [];
  #settings: Settings;
  #target: number;
  #generation = 1;
  #number = 0;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PoolOptions, observer: PoolObserver) {
    this.#observer = observer;
    this.#settings = options.settings;
    this.#target = options.target;
    this.#listeners = options.listeners;
    this.#log = options.log;
    this.#retirement = new Retirement(options.log, (worker) => observer.retired(worker));
  }

  /** Those that are not dead, in the order of their start. */
  get workers(): readonly WorkerProcess[] {
    return this.#workers;
  }

  get target(): number {
    return this.#target;
  }

  /** The settings that the next worker gets. */
  get settings(): Settings {
    return this.#settings;
  }

  /** Whether all workers were told to end. */
  get closed(): boolean {
    return this.#closed;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Changes how many workers shall serve. */
  resize(target: number): void {
    this.#target = target;
    this.balance();
  }

  /** From now on workers get these settings; those that were started before are stale. */
  renew(settings: Settings, target: number): void {
    this.#settings = settings;
    this.#target = target;
    this.#generation += 1;
    this.#forgetFailures();
    for (const worker of this.#workers) {
      worker.stale ??= 'reload';
    }
    this.balance();
  }

  /** Keeps the workers that `renew` made stale; workers to come get the given settings. */
  keep(settings: Settings, target: number): void {
    this.#settings = settings;
    this.#target = target;
    for (const worker of this.#workers) {
      if (worker.stale === 'reload') {
        worker.stale = undefined;
      }
    }
    this.balance();
  }

  /** Starts and ends workers as the plan says. */
  balance(): void {
    if (this.#closed) {
      return;
    }
    const plan = planPool(this.#workers, this.#target);
    for (const worker of plan.kill) {
      this.kill(worker, worker.stale ?? 'remove');
    }
    for (const worker of plan.drain) {
      this.#retirement.drain(worker, worker.stale ?? 'remove');
    }
    if (plan.spawn > 0 && this.#retry === undefined) {
      this.#spawnAfter(plan.spawn, this.#backOff.delay);
    }
  }

  #spawnAfter(count: number, delay: number): void {
    if (delay === 0) {
      for (let started = 0; started < count; started++) {
        this.#spawn();
      }
      return;
    }
    this.#log.warn(`the next worker starts in ${delay / 1000} s`);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      const { spawn } = planPool(this.#workers, this.#target);
      // one after failures; the rest when it serves
      this.#spawnAfter(Math.min(spawn, 1), 0);
    }, delay);
  }

  #spawn(): void {
    this.#number += 1;
    const settings = this.#settings;
    const start = {
      number: this.#number,
      generation: this.#generation,
      settings,
      listeners: this.#listeners,
      requestLimit: requestLimit(settings, Math.random()),
    };
    const worker = new WorkerProcess(start, {
      message: (from, message) => this.#receive(from, message),
      exit: (from, exit) => this.#exited(from, exit),
    });
    this.#workers.push(worker);
    this.#observer.started(worker);
    this.#log.debug(`${nameWorker(worker)} starts`);
    if (settings.bootTimeout > 0) {
      worker.deadline = setTimeout(() => this.#bootTimedOut(worker), settings.bootTimeout);
    }
  }

  #bootTimedOut(worker: WorkerProcess): void {
    const seconds = worker.start.settings.bootTimeout / 1000;
    const message = `worker ${worker.number} did not serve within ${seconds} s (--boot-timeout)`;
    worker.failure ??= { exitCode: EXIT.worker, message };
    this.kill(worker, 'boot');
  }

  #receive(worker: WorkerProcess, message: FromWorker): void {
    if (message.tsgi === 'online' && worker.enter('online')) {
      worker.tell({ tsgi: 'start', ...worker.start });
    } else if (message.tsgi === 'ready' && worker.enter('ready')) {
      this.#becameReady(worker);
    } else if (message.tsgi === 'failed') {
      worker.failure ??= message;
    } else if (message.tsgi === 'draining' && worker.state === 'ready') {
      this.#retirement.drains(worker, 'stopped');
      this.balance();
    } else if (message.tsgi === 'report') {
      worker.report = message.report;
    }
    this.#observer.message(worker, message);
  }

  #becameReady(worker: WorkerProcess): void {
    clearTimeout(worker.deadline);
    worker.readyAt = performance.now();
    worker.deadline = setTimeout(() => {
      this.#forgetFailures();
      this.balance();
    }, LIVED);
    this.#log.debug(`${nameWorker(worker)} serves`);
    this.#observer.ready(worker);
    this.balance();
  }

  // What failed before is forgotten, and those that wait for their start wait no longer.
  #forgetFailures(): void {
    this.#backOff.lived();
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  /** Ends a worker at once. */
  kill(worker: WorkerProcess, reason: Reason): void {
    this.#retirement.kill(worker, reason);
  }

  #exited(worker: WorkerProcess, exit: WorkerExit): void {
    clearTimeout(worker.deadline);
    worker.enter('exit');
    worker.ending ??= guessEnding(worker, exit);
    this.#workers = this.#workers.filter((other) => other !== worker);
    if (FAILURES.has(worker.ending) && !this.#closed) {
      this.#backOff.died(worker.served);
    }
    this.#observer.gone(worker, exit);
    this.balance();
  }

  /** Ends all workers; none is started any more. */
  close(how: 'drain' | 'kill', reason: Reason = 'shutdown'): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    for (const worker of this.#workers) {
      this.#retirement[how](worker, reason);
    }
  }
}

/** Ends after which the next worker waits, where the worker has not lived. */
const FAILURES: ReadonlySet<Reason> = new Set<Reason>(['boot', 'died', 'hang']);

function guessEnding({ readyAt }: WorkerProcess, { signal }: WorkerExit): Reason {
  if (readyAt === undefined) {
    return 'boot';
  }
  return signal === HANG_SIGNAL ? 'hang' : 'died';
}
