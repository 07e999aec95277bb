import { EXIT } from '../cli/command-error.ts';
import { Operations } from '../control/operations.ts';
import { ProcessService } from '../control/process-service.ts';
import { openLogs } from '../log/logs.ts';
import type { Resolved } from '../settings/resolved.ts';
import { listenAddresses } from '../settings/serve-options.ts';
import { serveApplication } from './serve-application.ts';
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
  const forget = obeySignals(service);
  const operations = await Operations.open(settings, service, logs.error);
  try {
    const urls = served.server.addresses.map(({ url }) => url);
    const text = `serving ${settings.app} on ${urls.join(', ')}`;
    process.stdout.write(`tsgi: ${text} (${served.profile})\n`);
    notifyServiceManager(['READY=1', `STATUS=${text}`], (problem) => logs.error.warn(problem));
    await service.stopped;
    return EXIT.ok;
  } finally {
    notifyServiceManager(['STOPPING=1'], () => {});
    operations.close();
    forget();
    logs.close();
  }
}
