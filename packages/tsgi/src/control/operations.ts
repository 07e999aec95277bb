import type { Server } from 'node:net';
import type { Journal } from '../arbiter/journal.ts';
import { PidFile } from '../arbiter/pid-file.ts';
import { removeStaleSocket } from '../arbiter/stale-socket.ts';
import type { Settings } from '../settings/table.ts';
import { openControlServer } from './control-server.ts';
import { formatMetrics } from './metrics.ts';
import { openMetricsServer } from './metrics-server.ts';
import type { Service } from './service.ts';
import { defaultSocketPath, listSockets, prepareSocketDirectory } from './socket-path.ts';

/** What operators reach a service by: the pid file, the control socket and the metrics. */
export class Operations {
  readonly #servers: readonly Server[];
  readonly #pidFile: PidFile | undefined;

  private constructor(servers: readonly Server[], pidFile: PidFile | undefined) {
    this.#servers = servers;
    this.#pidFile = pidFile;
  }

  /**
   * Opens what the settings name. Rejects with a CommandError where one of them cannot be had; only
   * the control socket that nobody has chosen a path for may be missing.
   */
  static async open(settings: Settings, service: Service, log: Journal): Promise<Operations> {
    const servers: Server[] = [];
    const pidFile = settings.pidFile === undefined ? undefined : PidFile.write(settings.pidFile);
    try {
      const control = await openControl(settings, service, log);
      servers.push(...(control === undefined ? [] : [control]));
      if (settings.metricsBind !== undefined) {
        servers.push(
          await openMetricsServer(settings.metricsBind, () => formatMetrics(service.view())),
        );
      }
    } catch (error) {
      new Operations(servers, pidFile).close();
      throw error;
    }
    return new Operations(servers, pidFile);
  }

  /** Removes sockets and pid file. */
  close(): void {
    for (const server of this.#servers) {
      server.close();
    }
    this.#pidFile?.remove();
  }
}

async function openControl(
  { controlSocket }: Settings,
  service: Service,
  log: Journal,
): Promise<Server | undefined> {
  if (controlSocket === 'off') {
    return undefined;
  }
  if (controlSocket !== undefined) {
    return openControlServer(controlSocket, service);
  }
  try {
    prepareSocketDirectory(process.env);
    // those of servers that were killed; one that answers stays
    await Promise.all(listSockets(process.env).map(removeStaleSocket));
    return await openControlServer(defaultSocketPath(process.pid, process.env), service);
  } catch (error) {
    log.warn(`there is no control socket: ${(error as Error).message}`);
    return undefined;
  }
}
