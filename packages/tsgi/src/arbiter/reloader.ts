import type { Resolved } from '../settings/resolved.ts';
import { SETTING_ROWS, type Settings } from '../settings/table.ts';
import { workerCount } from '../settings/worker-count.ts';
import type { Journal } from './journal.ts';
import type { WorkerPool } from './pool.ts';
import type { WorkerProcess } from './worker-process.ts';

/** What came of a reload; the message is one line. */
export interface ReloadResult {
  readonly ok: boolean;
  readonly message: string;
}

/** What a reload works on. */
export interface ReloaderHost {
  readonly pool: WorkerPool;
  readonly log: Journal;
  /** Reads the settings again. Rejects with a CommandError. */
  readonly resolve: () => Promise<Pick<Resolved, 'settings'>>;
}

interface Rollout {
  readonly generation: number;
  readonly before: { readonly settings: Settings; readonly target: number };
  readonly done: (result: ReloadResult) => void;
}

/** Replaces the workers by ones with new settings and new code. */
export class Reloader {
  readonly #host: ReloaderHost;
  #rollout: Rollout | undefined;

  constructor(host: ReloaderHost) {
    this.#host = host;
  }

  /** Reads the settings again and replaces the workers one by one; resolves when that is over. */
  async reload(): Promise<ReloadResult> {
    let settings: Settings;
    try {
      ({ settings } = await this.#host.resolve());
    } catch (error) {
      return this.refuse((error as Error).message);
    }
    if (workerCount(settings) === 0) {
      return this.refuse('workers is 0 now, which only a restart does');
    }
    return this.#begin(this.#keepFixed(settings));
  }

  /** Says that nothing is reloaded, and why. */
  refuse(reason: string): ReloadResult {
    const message = `reload refused, everything stays as it was: ${reason}`;
    this.#host.log.error(message);
    return { ok: false, message };
  }

  // What only a restart changes keeps its value, and the operator is told.
  #keepFixed(settings: Settings): Settings {
    const current = this.#host.pool.settings;
    const kept: Record<string, unknown> = { ...settings };
    for (const [name, { reloadable, commands }] of SETTING_ROWS) {
      const changed = JSON.stringify(settings[name]) !== JSON.stringify(current[name]);
      if (changed && !reloadable && commands.includes('serve')) {
        kept[name] = current[name];
        this.#host.log.warn(`${name} has changed, which only a restart does; it stays as it was`);
      }
    }
    return kept as Settings;
  }

  #begin(settings: Settings): Promise<ReloadResult> {
    const { pool, log } = this.#host;
    const before = { settings: pool.settings, target: pool.target };
    const same = settings.workers === before.settings.workers;
    this.abandon('another reload has taken over');
    log.info('reloading');
    return new Promise((done) => {
      this.#rollout = { generation: pool.generation + 1, before, done };
      pool.renew(settings, same ? before.target : workerCount(settings));
    });
  }

  /** Looks whether the last worker has been replaced. */
  check(): void {
    const { pool, log } = this.#host;
    const ready = pool.workers.filter(({ state }) => state === 'ready');
    const old = ready.some(({ stale }) => stale === 'reload');
    if (this.#rollout === undefined || old || ready.length < pool.target) {
      return;
    }
    const message = `reloaded: ${count(ready.length, 'new worker serves', 'new workers serve')}`;
    const { done } = this.#rollout;
    this.#rollout = undefined;
    log.info(message);
    done({ ok: true, message });
  }

  /** A worker could not boot; true where it was one of the reload, which ends here. */
  fail(worker: WorkerProcess, reason: string): boolean {
    const { pool, log } = this.#host;
    if (this.#rollout === undefined || worker.start.generation !== this.#rollout.generation) {
      return false;
    }
    const { before, done } = this.#rollout;
    this.#rollout = undefined;
    const ready = pool.workers.filter(({ state }) => state === 'ready');
    const old = ready.filter(({ stale }) => stale === 'reload').length;
    const mixed =
      old < ready.length ? ` beside ${count(ready.length - old, 'new one', 'new ones')}` : '';
    const message = `reload failed, ${count(old, 'old worker stays', 'old workers stay')}${mixed}: ${reason}`;
    log.error(message);
    pool.keep(before.settings, before.target);
    done({ ok: false, message });
    return true;
  }

  /** Gives up the reload that is under way, if any. */
  abandon(message: string): void {
    this.#rollout?.done({ ok: false, message });
    this.#rollout = undefined;
  }
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
