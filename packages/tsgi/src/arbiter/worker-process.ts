import cluster, { type Worker } from 'node:cluster';
import type { Settings } from '../settings/table.ts';
import type { Offer, Taker } from './distributor.ts';
import { type FromWorker, isOurs, type ListenerAddress, type ToWorker } from './messages.ts';
import type { RawHandle } from './raw-handle.ts';
import { NO_TOTALS, type Totals, type WorkerReport } from './worker-report.ts';
import { nextWorkerState, type WorkerEvent, type WorkerState } from './worker-state.ts';

/** How a worker ended. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** What a worker tells those who look after it. */
export interface WorkerObserver {
  message(worker: WorkerProcess, message: FromWorker): void;
  exit(worker: WorkerProcess, exit: WorkerExit): void;
}

/** What a worker is started with. */
export interface WorkerStart {
  readonly number: number;
  readonly generation: number;
  readonly settings: Settings;
  readonly listeners: readonly ListenerAddress[];
  /** Requests after which it is replaced; 0 for never. */
  readonly requestLimit: number;
}

/** Why a worker is to be replaced, or has ended. */
export type Reason =
  | 'reload'
  | 'max-requests'
  | 'max-rss'
  | 'max-worker-lifetime'
  | 'hang'
  | 'boot'
  | 'died'
  | 'remove'
  /** A signal that somebody sent to the worker itself. */
  | 'stopped'
  | 'shutdown';

/** How long the last messages of a worker may take to be read, in milliseconds. */
const LAST_MESSAGES = 1000;

// What a worker says last is read after its exit is known: the end of the channel comes after both.
function afterExit({ process }: Worker, then: (exit: WorkerExit) => void): void {
  if (process.pid === undefined) {
    // the system has no process to give, and there will be no exit
    setImmediate(then, { code: null, signal: null });
    return;
  }
  process.once('exit', (code, signal) => {
    if (!process.connected) {
      then({ code, signal });
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      process.removeListener('disconnect', end);
      then({ code, signal });
    };
    const timer = setTimeout(end, LAST_MESSAGES);
    process.once('disconnect', end);
  });
}

/** One worker process, from its start to its exit. */
export class WorkerProcess implements Taker<RawHandle> {
  readonly start: WorkerStart;
  readonly startedAt: number = performance.now();
  readonly #worker: Worker;
  #state: WorkerState = 'spawning';
  #heardAt: number = performance.now();

  /** Why it is to be replaced as soon as another one is ready; undefined for no reason. */
  stale: Reason | undefined;
  /** Why it was told to end. */
  ending: Reason | undefined;
  /** When it began to serve; undefined before. */
  readyAt: number | undefined;
  /** Why it could not boot, or did not stop in order. */
  failure: { readonly exitCode: number; readonly message: string } | undefined;
  report: WorkerReport | undefined;
  /** What it waits for: the next deadline of the arbiter for it. */
  deadline: NodeJS.Timeout | undefined;

  constructor(start: WorkerStart, observer: WorkerObserver) {
    this.start = start;
    this.#worker = cluster.fork();
    this.#worker.on('message', (message: unknown) => {
      if (isOurs(message)) {
        this.#heardAt = performance.now();
        observer.message(this, message as FromWorker);
      }
    });
    // a channel that breaks is followed by the exit
    this.#worker.on('error', () => {});
    afterExit(this.#worker, (exit) => observer.exit(this, exit));
  }

  get number(): number {
    return this.start.number;
  }

  /** The process id; 0 where the process could not be started. */
  get pid(): number {
    return this.#worker.process.pid ?? 0;
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** Milliseconds since the worker was last heard of. */
  get silence(): number {
    return performance.now() - this.#heardAt;
  }

  /** Milliseconds for which it has served. */
  get served(): number {
    return this.readyAt === undefined ? 0 : performance.now() - this.readyAt;
  }

  /** What outlives it. */
  get totals(): Totals {
    return this.report ?? NO_TOTALS;
  }

  /** Notes an event; true where it changed the state. */
  enter(event: WorkerEvent): boolean {
    const before = this.#state;
    this.#state = nextWorkerState(before, event);
    return this.#state !== before;
  }

  /** Tells it what to do. */
  tell(message: ToWorker): void {
    this.#send(message, undefined);
  }

  /** Hands a connection over; false where the worker cannot be reached. */
  send({ listener, handle }: Offer<RawHandle>): boolean {
    return this.#send({ tsgi: 'connection', listener }, handle);
  }

  #send(message: ToWorker, handle: RawHandle | undefined): boolean {
    const { process } = this.#worker;
    if (!process.connected) {
      return false;
    }
    process.send(message, handle as never, () => {});
    return true;
  }

  /** Sends a signal; a process that is gone gets none. */
  signal(signal: NodeJS.Signals): void {
    this.#worker.process.kill(signal);
  }
}
