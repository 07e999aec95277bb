import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { CommandError, EXIT } from '../cli/command-error.ts';
import { controlArbiter } from '../control/control-arbiter.ts';
import { Operations } from '../control/operations.ts';
import type { Service } from '../control/service.ts';
import { type Logs, openLogs } from '../log/logs.ts';
import { resolveSettings } from '../settings/resolve.ts';
import type { Resolved } from '../settings/resolved.ts';
import { listenAddresses } from '../settings/serve-options.ts';
import { Arbiter } from './arbiter.ts';
import { Distributor } from './distributor.ts';
import { Listeners } from './listeners.ts';
import type { RawHandle } from './raw-handle.ts';
import { notifyServiceManager } from './service-manager.ts';
import { obeySignals } from './signals.ts';

/** Serves by worker processes; resolves with the exit code when all is over. */
export async function serveWithWorkers(resolved: Resolved): Promise<number> {
  const logs = openLogs(resolved.settings);
  const distributor = new Distributor<RawHandle>();
  const listeners = await Listeners.open(listenAddresses(resolved.settings), (listener, handle) =>
    distributor.take({ listener, handle }),
  );
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('./worker-main.js', import.meta.url)),
    args: [],
  });
  const arbiter = new Arbiter(resolved.settings, {
    log: logs.error,
    listeners,
    distributor,
    resolve: () => resolveSettings(resolved.argv, process.env, resolved.cwd),
  });
  const service = controlArbiter(arbiter, {
    startedAt: Date.now(),
    listeners: listeners.all,
    waiting: () => distributor.waiting,
    reopen() {
      logs.reopen();
      arbiter.reopen();
    },
    stop(how) {
      notifyServiceManager(['STOPPING=1'], () => {});
      arbiter.stop(how);
    },
  });
  const ignoreSignals = obeySignals(service);
  try {
    return await run(arbiter, service, logs);
  } finally {
    arbiter.stop('kill');
    await arbiter.stopped;
    ignoreSignals();
    logs.close();
  }
}

async function run(arbiter: Arbiter, service: Service, { error: log }: Logs): Promise<number> {
  const { settings, stopped } = arbiter;
  const operations = await Operations.open(settings, service, log);
  try {
    if (await arbiter.start()) {
      const text = `serving ${settings.app} on ${arbiter.urls.join(', ')}`;
      process.stdout.write(`tsgi: ${text} (${arbiter.profile})\n`);
      notifyServiceManager(['READY=1', `STATUS=${text}`], (problem) => log.warn(problem));
    }
    const [failure, ...others] = await stopped;
    others.forEach((other) => log.error(other));
    if (failure !== undefined) {
      throw new CommandError(EXIT.failure, failure);
    }
    return EXIT.ok;
  } finally {
    operations.close();
  }
}
