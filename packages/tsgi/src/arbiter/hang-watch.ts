import { url as inspectorUrl } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import type { LogSettings } from '../log/logs.ts';
import type { Settings } from '../settings/table.ts';
import type { RequestMarks } from './request-marks.ts';

/** What the watch is told. */
export interface HangWatchOptions {
  readonly worker: number;
  readonly settings: LogSettings & Pick<Settings, 'timeout'>;
  readonly marks: RequestMarks;
}

/** What the watching thread is started with. */
export interface WatchdogData {
  readonly memory: SharedArrayBuffer;
  readonly worker: number;
  readonly settings: HangWatchOptions['settings'];
  /** Milliseconds between ticks of the main thread. */
  readonly interval: number;
}

const LONGEST_INTERVAL = 250;

/** Starts a thread that ends this process when one synchronous call takes longer than `timeout`. */
export function startHangWatch({ worker, settings, marks }: HangWatchOptions): void {
  const interval = Math.min(LONGEST_INTERVAL, Math.ceil(settings.timeout / 10));
  setInterval(() => marks.tick(inspectorUrl() !== undefined), interval).unref();
  const workerData: WatchdogData = { memory: marks.memory, worker, settings, interval };
  const thread = new Worker(new URL('./watchdog-thread.js', import.meta.url), {
    workerData,
    // it must not share the options of the application, such as a loader
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
  });
  // a runtime without such a thread leaves it to the arbiter, which hears nothing of this worker
  thread.on('error', () => {});
  thread.unref();
}
