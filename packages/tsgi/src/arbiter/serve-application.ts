import { type ListenAddress, serve, type ServeOptions, type ServerHandle } from '@tsgi/server';
import { CommandError, EXIT } from '../cli/command-error.ts';
import { loadApplication } from '../cli/load-application.ts';
import type { Logs } from '../log/logs.ts';
import { wrapApplication } from '../log/wrap-application.ts';
import { serveOptions } from '../settings/serve-options.ts';
import type { Settings } from '../settings/table.ts';
import { listenError } from './listen-error.ts';
import { RequestFigures } from './request-figures.ts';
import { markRequests, type RequestMarks } from './request-marks.ts';
import type { WorkerReport } from './worker-report.ts';

/** How a process serves the application. */
export interface ServePlace {
  /** Where it listens. */
  readonly listen: readonly ListenAddress[];
  /** Whether other processes serve the same application. */
  readonly multiprocess: boolean;
  /** Where requests are marked for the watch; undefined where nothing watches. */
  readonly marks: RequestMarks | undefined;
  /** Called after each request. */
  readonly onRequestEnd: () => void;
}

/** An application that is served by this process. */
export interface Served {
  readonly server: ServerHandle;
  readonly profile: string;
  /** Lets what runs end; rejects with a CommandError where that fails. */
  stop(): Promise<void>;
  /** What was done so far, and how things are. */
  report(): Omit<WorkerReport, 'delayMean' | 'delayMax'>;
}

/** Loads the application of the settings and serves it. Rejects with a CommandError. */
export async function serveApplication(
  settings: Settings,
  logs: Logs,
  place: ServePlace,
): Promise<Served> {
  const loaded = await loadApplication(settings.app);
  const wrapped = wrapApplication(loaded, settings, logs);
  const figures = new RequestFigures();
  const { onRequestEnd } = wrapped.serveHooks;
  const options: ServeOptions = {
    ...serveOptions({ ...settings, bind: [] }),
    ...wrapped.serveHooks,
    profile: settings.profile ?? loaded.profile,
    lifespan: loaded.lifespan,
    listen: place.listen,
    multiprocess: place.multiprocess,
    onRequestEnd(record) {
      figures.record(record);
      onRequestEnd?.(record);
      place.onRequestEnd();
    },
  };
  const { application } = wrapped;
  const marked = place.marks === undefined ? application : markRequests(application, place.marks);
  const server = await listen(() => serve(marked, options), options);
  return {
    server,
    profile: options.profile ?? 'sync',
    stop() {
      wrapped.setDraining();
      return stop(server);
    },
    report() {
      const { accepted, requests, connections, active } = server.counters();
      const rss = process.memoryUsage.rss();
      return { ...figures.totals(accepted), begun: requests, connections, active, rss };
    },
  };
}

async function listen(
  start: () => Promise<ServerHandle>,
  { listen: addresses = [] }: ServeOptions,
): Promise<ServerHandle> {
  try {
    return await start();
  } catch (error) {
    if (error instanceof CommandError) {
      throw error;
    }
    if ((error as { code?: unknown }).code === 'ERR_TSGI_OPTION') {
      throw new CommandError(EXIT.usage, (error as Error).message, { cause: error });
    }
    throw listenError([addresses].flat(), error);
  }
}

async function stop(server: ServerHandle): Promise<void> {
  try {
    await server.close();
  } catch (error) {
    if (error instanceof CommandError) {
      throw error;
    }
    const text = error instanceof Error ? error.message : String(error);
    throw new CommandError(EXIT.failure, `the server did not stop in order: ${text}`, {
      cause: error,
    });
  }
}
