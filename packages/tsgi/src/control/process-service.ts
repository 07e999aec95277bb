import { DelayMeter } from '../arbiter/delay-meter.ts';
import type { Served } from '../arbiter/serve-application.ts';
import { notifyServiceManager } from '../arbiter/service-manager.ts';
import { EXIT } from '../cli/command-error.ts';
import type { Logs } from '../log/logs.ts';
import type { Settings } from '../settings/table.ts';
import type { CommandResult, ListenerView, Service, ServiceView } from './service.ts';

/** A service without workers: what this process serves itself. */
export class ProcessService implements Service {
  /** Resolves when all is over; rejects with a CommandError where the server did not stop in order. */
  readonly stopped: Promise<void>;
  readonly #served: Served;
  readonly #settings: Settings;
  readonly #logs: Logs;
  readonly #startedAt = Date.now();
  readonly #delays = new DelayMeter();
  #stopping = false;
  #end: (stopped: Promise<void>) => void = ignore;

  constructor(served: Served, settings: Settings, logs: Logs) {
    this.#served = served;
    this.#settings = settings;
    this.#logs = logs;
    this.stopped = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  view(): ServiceView {
    const { begun, ...report } = this.#served.report();
    const worker = {
      ...report,
      ...this.#delays.take(),
      number: 0,
      pid: process.pid,
      state: this.#stopping ? 'draining' : 'ready',
      age: (Date.now() - this.#startedAt) / 1000,
      silence: 0,
      requests: begun,
    } as const;
    return {
      app: this.#settings.app ?? '',
      profile: this.#served.profile,
      phase: this.#stopping ? 'stopping' : 'running',
      startedAt: this.#startedAt,
      wanted: 0,
      workers: [worker],
      started: 0,
      ended: {},
      totals: report,
      waiting: 0,
      listeners: viewListeners(this.#served),
      settings: this.#settings,
    };
  }

  reload(): Promise<CommandResult> {
    return Promise.resolve(this.#refuse('reload'));
  }

  add(): CommandResult {
    return this.#refuse('add');
  }

  remove(): CommandResult {
    return this.#refuse('remove');
  }

  #refuse(what: string): CommandResult {
    const message = `${what} takes workers, and this server has none (--workers 0)`;
    this.#logs.error.warn(message);
    return { ok: false, message };
  }

  reopen(): CommandResult {
    this.#logs.reopen();
    return { ok: true, message: 'log files are opened again' };
  }

  shutdown(quick: boolean): CommandResult {
    if (quick && this.#stopping) {
      process.exit(EXIT.ok);
    }
    if (!this.#stopping) {
      this.#stopping = true;
      notifyServiceManager(['STOPPING=1'], ignore);
      this.#end(quick ? Promise.resolve() : this.#served.stop());
    }
    return { ok: true, message: 'the server stops' };
  }
}

function viewListeners({ server }: Served): readonly ListenerView[] {
  return server.addresses.map(({ url, host, port }) => ({
    name: url.replace(/^https?:\/\//, ''),
    bound: { address: host, family: host?.includes(':') === true ? 'IPv6' : 'IPv4', port },
  }));
}

function ignore(): void {}
