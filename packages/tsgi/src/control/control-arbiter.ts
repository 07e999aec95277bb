import type { Arbiter } from '../arbiter/arbiter.ts';
import type { WorkerProcess } from '../arbiter/worker-process.ts';
import type { ListenerView, Service, ServiceView, WorkerView } from './service.ts';

/** What an arbiter does not know of itself. */
export interface ArbiterSurroundings {
  readonly startedAt: number;
  readonly listeners: readonly ListenerView[];
  /** Connections that no worker has taken yet. */
  waiting(): number;
  /** Opens the log files of all processes again. */
  reopen(): void;
  stop(how: 'drain' | 'kill'): void;
}

/** Makes an arbiter a service that operators can control. */
export function controlArbiter(arbiter: Arbiter, around: ArbiterSurroundings): Service {
  return {
    view: () => viewArbiter(arbiter, around),
    reload: () => arbiter.reload(),
    reopen() {
      around.reopen();
      return { ok: true, message: 'log files are opened again' };
    },
    add: () => ({ ok: true, message: arbiter.add() }),
    remove() {
      const message = arbiter.remove();
      return { ok: message !== undefined, message: message ?? 'the last worker is not removed' };
    },
    shutdown(quick) {
      around.stop(quick ? 'kill' : 'drain');
      return { ok: true, message: 'the server stops' };
    },
  };
}

function viewArbiter(arbiter: Arbiter, around: ArbiterSurroundings): ServiceView {
  const { workers, figures, settings } = arbiter;
  return {
    app: settings.app ?? '',
    profile: arbiter.profile,
    phase: arbiter.phase,
    startedAt: around.startedAt,
    wanted: arbiter.target,
    workers: workers.map(viewWorker),
    started: figures.started,
    ended: Object.fromEntries(figures.ended),
    totals: figures.totals(workers),
    waiting: around.waiting(),
    listeners: around.listeners,
    settings,
  };
}

function viewWorker(worker: WorkerProcess): WorkerView {
  const { number, pid, state, report } = worker;
  return {
    number,
    pid,
    state,
    reason: worker.ending ?? worker.stale,
    age: (performance.now() - worker.startedAt) / 1000,
    silence: worker.silence / 1000,
    requests: report?.begun ?? 0,
    active: report?.active ?? 0,
    connections: report?.connections ?? 0,
    rss: report?.rss ?? 0,
    delayMean: report?.delayMean ?? 0,
    delayMax: report?.delayMax ?? 0,
  };
}
