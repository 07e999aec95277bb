import { serveCgi } from '@tsgi/server';
import type { Lifespan } from '@tsgi/types';
import { openLogs } from '../log/logs.ts';
import { wrapApplication } from '../log/wrap-application.ts';
import { resolveSettings } from '../settings/resolve.ts';
import type { Resolved } from '../settings/resolved.ts';
import { cgiOptions } from '../settings/serve-options.ts';
import { CommandError, EXIT } from './command-error.ts';
import { loadApplication } from './load-application.ts';
import { takeRequestVariables } from './request-variables.ts';

/** What is run where `tsgi cgi` was given no application: there is always wrong usage. */
export function cgiCommand(_resolved: Resolved): Promise<number> {
  throw new CommandError(EXIT.usage, 'cgi takes FILE, the application, after its options');
}

/**
 * Answers the one request that the environment and standard input describe (RFC 3875), with the
 * settings of the arguments. Gives 1 where the application failed. Rejects with a CommandError, and
 * with nothing answered, where it cannot be loaded.
 */
export async function answerByCgi(
  argv: readonly string[],
  prepare: (resolved: Resolved) => void,
): Promise<number> {
  const env = takeRequestVariables(process.env);
  const resolved = await resolveSettings(argv, process.env, process.cwd());
  prepare(resolved);
  const { settings } = resolved;
  const loaded = await loadApplication(settings.app);
  const start = watchStartup(loaded.lifespan);
  const logs = openLogs(settings);
  try {
    const { application, serveHooks } = wrapApplication(loaded, settings, logs);
    const { errors, onRequestEnd } = serveHooks;
    const status = await serveCgi(application, {
      ...cgiOptions(settings),
      env,
      errors,
      onRequestEnd,
      profile: settings.profile ?? loaded.profile,
      lifespan: start.lifespan,
    });
    if (start.failed) {
      await answerWithFailure();
    }
    return status;
  } finally {
    logs.close();
  }
}

interface Startup {
  readonly lifespan: Lifespan | undefined;
  /** Whether it has failed, so that the application was not called. */
  failed: boolean;
}

function watchStartup(lifespan: Lifespan | undefined): Startup {
  if (lifespan === undefined) {
    return { lifespan, failed: false };
  }
  const start: Startup = {
    failed: false,
    lifespan: {
      ...lifespan,
      async startup(state) {
        start.failed = true;
        await lifespan.startup?.(state);
        start.failed = false;
      },
    },
  };
  return start;
}

/** The answer where there is no application: what went wrong is for the log of the web server. */
const FAILURE = [
  'Status: 500 Internal Server Error',
  'Content-Type: text/plain; charset=utf-8',
  '',
  '500 Internal Server Error\n',
].join('\r\n');

/** Answers with a page that tells nothing. */
export function answerWithFailure(): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.on('error', () => {});
    process.stdout.write(FAILURE, () => resolve());
  });
}
