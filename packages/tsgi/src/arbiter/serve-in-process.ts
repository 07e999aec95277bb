import { EXIT } from '../cli/command-error.ts';
import { Operations } from '../control/operations.ts';
import { ProcessService } from '../control/process-service.ts';
import { type Logs, openLogs } from '../log/logs.ts';
import type { Resolved } from '../settings/resolved.ts';
import { listenAddresses } from '../settings/serve-options.ts';
import { serveApplication, type Served } from './serve-application.ts';
import { notifyServiceManager } from './service-manager.ts';
import { obeySignals } from './signals.ts';

/** Serves in this process, without workers; resolves with the exit code when all is over. */
export async function serveInProcess({ settings }: Resolved): Promise<number> {
  const logs = openLogs(settings);
  const served = await serveApplication(settings, logs, {
    listen: listenAddresses(settings),
    multiprocess: false,
    marks: undefined,
    onRequestEnd() {},
  });
  const service = new ProcessService(served, settings, logs);
  const ignoreSignals = obeySignals(service);
  const operations = await openOperations(served, service, logs);
  try {
    const urls = served.server.addresses.map(({ url }) => url);
    const text = `serving ${settings.app} on ${urls.join(', ')}`;
    process.stdout.write(`tsgi: ${text} (${served.profile})\n`);
    notifyServiceManager(['READY=1', `STATUS=${text}`], (problem) => logs.error.warn(problem));
    await service.stopped;
    return EXIT.ok;
  } finally {
    operations.close();
    ignoreSignals();
    logs.close();
  }
}

async function openOperations(
  served: Served,
  service: ProcessService,
  logs: Logs,
): Promise<Operations> {
  try {
    return await Operations.open(service.view().settings, service, logs.error);
  } catch (error) {
    await served.stop();
    throw error;
  }
}
