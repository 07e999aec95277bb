import { CommandError, EXIT } from '../cli/command-error.ts';
import type { Settings } from '../settings/table.ts';
import { workerCount } from '../settings/worker-count.ts';
import type { Distributor } from './distributor.ts';
import { describeExit, nameWorker } from './exit-reason.ts';
import { Figures } from './figures.ts';
import type { Journal } from './journal.ts';
import { takeLastConnections } from './last-connections.ts';
import type { Listeners } from './listeners.ts';
import type { FromWorker } from './messages.ts';
import { WorkerPool } from './pool.ts';
import type { RawHandle } from './raw-handle.ts';
import { recycleReason } from './recycling.ts';
import { type ReloadResult, Reloader, type ReloaderHost } from './reloader.ts';
import { SilenceWatch } from './silence-watch.ts';
import type { WorkerExit, WorkerProcess } from './worker-process.ts';

/** What an arbiter is given by the command. */
export interface ArbiterHost {
  readonly log: Journal;
  readonly listeners: Listeners;
  readonly distributor: Distributor<RawHandle>;
  /** Reads the settings again. Rejects with a CommandError. */
  readonly resolve: ReloaderHost['resolve'];
}

/** What the arbiter is doing. */
export type ArbiterPhase = 'starting' | 'running' | 'stopping' | 'stopped';

/** Looks after the workers that serve. */
export class Arbiter {
  readonly figures: Figures = new Figures();
  /** Resolves when every worker is gone after `stop`, with what went wrong in their shutdown. */
  readonly stopped: Promise<readonly string[]>;
  readonly #host: ArbiterHost;
  readonly #pool: WorkerPool;
  readonly #reloader: Reloader;
  #phase: ArbiterPhase = 'starting';
  #watch: SilenceWatch | undefined;
  #profile = 'sync';
  readonly #failures: string[] = [];
  #settleStart: { resolve(serving: boolean): void; reject(error: CommandError): void } | undefined;
  #resolveStopped: (failures: readonly string[]) => void = () => {};

  constructor(settings: Settings, host: ArbiterHost) {
    this.#host = host;
    this.stopped = new Promise((resolve) => {
      this.#resolveStopped = resolve;
    });
    const target = workerCount(settings);
    const listeners = host.listeners.all.map(({ bound }) => bound);
    this.#pool = new WorkerPool(
      { settings, target, listeners, log: host.log },
      {
        started: () => this.figures.countStart(),
        ready: (worker) => this.#ready(worker),
        retired: (worker) => host.distributor.retire(worker),
        gone: (worker, exit) => this.#gone(worker, exit),
        message: (worker, message) => this.#receive(worker, message),
      },
    );
    this.#reloader = new Reloader({ pool: this.#pool, log: host.log, resolve: host.resolve });
  }

  get phase(): ArbiterPhase {
    return this.#phase;
  }

  /** The settings that workers are started with. */
  get settings(): Settings {
    return this.#pool.settings;
  }

  get workers(): readonly WorkerProcess[] {
    return this.#pool.workers;
  }

  /** How many workers shall serve. */
  get target(): number {
    return this.#pool.target;
  }

  /** The profile that the application is served in. */
  get profile(): string {
    return this.#profile;
  }

  /** Where the application answers. */
  get urls(): readonly string[] {
    const { protocol, certfile } = this.settings;
    const scheme = protocol === 'http' && certfile !== undefined ? 'https' : protocol;
    return this.#host.listeners.all.map(({ name }) =>
      name.startsWith('unix:') ? name : `${scheme}://${name}`,
    );
  }

  /**
   * Starts the workers; resolves with true when all serve, with false when they are stopped before.
   * Rejects with a CommandError when one cannot serve.
   */
  start(): Promise<boolean> {
    this.#watch = new SilenceWatch(
      () => this.workers,
      (worker) => this.#killSilent(worker),
    );
    return new Promise((resolve, reject) => {
      this.#settleStart = { resolve, reject };
      this.#pool.balance();
    });
  }

  /** Lets what runs end, or cuts it off, and ends the workers. */
  stop(how: 'drain' | 'kill'): void {
    const first = this.#phase !== 'stopping';
    if (this.#phase === 'stopped' || (how === 'drain' && !first)) {
      return;
    }
    this.#phase = 'stopping';
    this.#settleStart?.resolve(false);
    this.#reloader.abandon('the reload was given up: the server stops');
    if (how === 'kill') {
      this.#end('kill');
    } else {
      void takeLastConnections(this.#host, this.settings.gracefulTimeout).then(() =>
        this.#end('drain'),
      );
    }
  }

  #end(how: 'drain' | 'kill'): void {
    this.#host.listeners.close();
    this.#pool.close(how);
    this.#checkStopped();
  }

  /** One worker more. */
  add(): string {
    return this.#resize(this.target + 1);
  }

  /** One worker less; undefined where there is only one. */
  remove(): string | undefined {
    if (this.target === 1) {
      this.#host.log.warn('the last worker is not removed');
      return undefined;
    }
    return this.#resize(this.target - 1);
  }

  #resize(target: number): string {
    this.#pool.resize(target);
    const message = `${target} ${target === 1 ? 'worker' : 'workers'} from now on`;
    this.#host.log.info(message);
    return message;
  }

  /** Lets the workers open their log files again. */
  reopen(): void {
    for (const worker of this.workers) {
      worker.tell({ tsgi: 'reopen' });
    }
  }

  /** Reads the settings again and replaces the workers one by one; resolves when that is over. */
  async reload(): Promise<ReloadResult> {
    return this.#phase === 'running'
      ? this.#reloader.reload()
      : this.#reloader.refuse(`the server is ${this.#phase}`);
  }

  #ready(worker: WorkerProcess): void {
    this.#host.distributor.add(worker);
    const serving = this.workers.filter(({ state }) => state === 'ready').length;
    if (this.#phase === 'starting' && serving >= this.target) {
      this.#phase = 'running';
      this.#settleStart?.resolve(true);
    }
  }

  #receive(worker: WorkerProcess, message: FromWorker): void {
    const { distributor } = this.#host;
    if (message.tsgi === 'taken' || message.tsgi === 'refused') {
      distributor.settle(worker, message.tsgi === 'taken', message.connections);
    } else if (message.tsgi === 'report') {
      distributor.count(worker, message.report.connections);
      this.#recycle(worker);
    } else if (message.tsgi === 'ready') {
      this.#profile = message.profile;
      this.#reloader.check();
    }
  }

  #recycle(worker: WorkerProcess): void {
    const { settings, requestLimit } = worker.start;
    const reason = recycleReason(worker.report, worker.served, {
      requests: requestLimit,
      rss: settings.maxRss,
      lifetime: settings.maxWorkerLifetime,
    });
    if (reason !== undefined && worker.stale === undefined && worker.state === 'ready') {
      worker.stale = reason;
      this.#host.log.info(`${nameWorker(worker)} is replaced: ${reason}`);
      this.#pool.balance();
    }
  }

  #gone(worker: WorkerProcess, exit: WorkerExit): void {
    this.#host.distributor.lose(worker);
    this.figures.countEnd(worker);
    const reason = describeExit(worker, exit);
    if (worker.ending === 'boot' && this.#phase === 'starting') {
      this.#startFailed(worker, reason);
    } else if (worker.ending === 'boot' && this.#reloader.fail(worker, reason)) {
      this.#reloader.check();
    } else if (worker.ending === 'boot' || worker.ending === 'died') {
      this.#host.log.error(reason);
    } else if (worker.failure !== undefined && this.#phase === 'stopping') {
      this.#failures.push(worker.failure.message);
    } else if (worker.failure !== undefined) {
      this.#host.log.error(worker.failure.message);
    } else {
      this.#host.log.debug(`${nameWorker(worker)} has ended: ${worker.ending}`);
    }
    this.#checkStopped();
  }

  #startFailed({ failure }: WorkerProcess, reason: string): void {
    const { exitCode, message } = failure ?? { exitCode: EXIT.worker, message: reason };
    this.#settleStart?.reject(new CommandError(exitCode, message));
    this.stop('kill');
  }

  #checkStopped(): void {
    if (this.#phase === 'stopping' && this.#pool.closed && this.workers.length === 0) {
      this.#phase = 'stopped';
      this.#watch?.stop();
      this.#host.distributor.abandon();
      this.#resolveStopped(this.#failures);
    }
  }

  #killSilent(worker: WorkerProcess): void {
    const silence = Math.round(worker.silence / 1000);
    this.#host.log.error(
      `${nameWorker(worker)} was not heard of for ${silence} s and is killed (--timeout)`,
    );
    this.#pool.kill(worker, 'hang');
  }
}
