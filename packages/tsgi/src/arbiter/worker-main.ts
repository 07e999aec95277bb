import cluster from 'node:cluster';
import { CommandError, EXIT } from '../cli/command-error.ts';
import { type Logs, openLogs } from '../log/logs.ts';
import { DelayMeter } from './delay-meter.ts';
import { HandedConnections } from './handed-connections.ts';
import { startHangWatch } from './hang-watch.ts';
import { type FromWorker, isOurs, type ToWorker } from './messages.ts';
import type { RawHandle } from './raw-handle.ts';
import { RequestMarks } from './request-marks.ts';
import { serveApplication, type Served } from './serve-application.ts';

// What a worker process runs. It begins with what the arbiter says by `start`, and ends by SIGTERM,
// which is also how the arbiter asks for it, or with the arbiter itself.

type Start = Extract<ToWorker, { tsgi: 'start' }>;

/** How often the arbiter is told how things are, in milliseconds. */
const REPORT_INTERVAL = 1000;
/** What terminals send to all processes of a group: the arbiter decides. */
const LEFT_TO_THE_ARBITER = ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGTTIN', 'SIGTTOU'] as const;

let logs: Logs | undefined;
const delays = new DelayMeter();
let served: Served | undefined;
let handed: HandedConnections | undefined;
let stopping = false;

for (const signal of LEFT_TO_THE_ARBITER) {
  process.on(signal, () => {});
}
process.on('SIGTERM', stop);
process.on('disconnect', stop);
process.on('message', (message: unknown, handle: unknown) => {
  if (isOurs(message)) {
    receive(message as ToWorker, handle as RawHandle);
  }
});
if (cluster.worker !== undefined) {
  // node:cluster would end the process the moment the arbiter is gone, with all that runs
  cluster.worker.exitedAfterDisconnect = true;
}
tell({ tsgi: 'online' });

function receive(message: ToWorker, handle: RawHandle): void {
  if (message.tsgi === 'start') {
    start(message).catch((error: unknown) => void leave(error));
  } else if (message.tsgi === 'reopen') {
    logs?.reopen();
  } else {
    const taken = handed?.accept(message.listener, handle) ?? false;
    const connections = served?.server.counters().connections ?? 0;
    tell({ tsgi: taken ? 'taken' : 'refused', connections });
  }
}

async function start({ number, settings, listeners, requestLimit }: Start): Promise<void> {
  logs = openLogs(settings);
  handed = new HandedConnections(listeners);
  const marks = settings.timeout > 0 ? new RequestMarks() : undefined;
  let ended = 0;
  served = await serveApplication(settings, logs, {
    listen: handed.addresses,
    multiprocess: true,
    marks,
    onRequestEnd() {
      ended += 1;
      if (ended === requestLimit) {
        void report();
      }
    },
  });
  setInterval(() => void report(), REPORT_INTERVAL).unref();
  if (marks !== undefined) {
    startHangWatch({ worker: number, settings, marks });
  }
  await report();
  tell({ tsgi: 'ready', profile: served.profile });
}

async function report(): Promise<void> {
  if (served !== undefined) {
    await told({ tsgi: 'report', report: { ...served.report(), ...delays.take() } });
  }
}

function stop(): void {
  // what does not serve yet is ended by the arbiter, or with it
  const early = served === undefined && process.connected;
  if (!stopping && !early) {
    stopping = true;
    tell({ tsgi: 'draining' });
    (served?.stop() ?? Promise.resolve()).then(
      () => leave(),
      (error: unknown) => leave(error),
    );
  }
}

/** Ends the process, after the arbiter has been told why. */
async function leave(error?: unknown): Promise<void> {
  await report();
  if (error !== undefined) {
    await told({ tsgi: 'failed', ...describeFailure(error) });
  }
  logs?.close();
  process.exit(error === undefined ? EXIT.ok : EXIT.failure);
}

function describeFailure(error: unknown): { exitCode: number; message: string } {
  if (error instanceof CommandError) {
    return { exitCode: error.exitCode, message: error.message };
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { exitCode: EXIT.worker, message: `a worker cannot serve: ${text}` };
}

function tell(message: FromWorker): void {
  void told(message);
}

/** Resolves when the message has left, or never will. */
function told(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) {
      process.send?.(message, undefined, {}, () => resolve());
    } else {
      resolve();
    }
  });
}
