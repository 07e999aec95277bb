import { createTimeLimit, Gateway } from '@tsgi/core';
import type { Application, AsyncApplication } from '@tsgi/types';
import { createExtensions } from './extensions.ts';
import type { FrontProtocol } from './front/front-request.ts';
import type { Instance } from './lifespan.ts';
import type { ServerSettings } from './options.ts';
import type { RequestWatches } from './request-watch.ts';

/** What a gateway needs beside its settings. */
export interface GatewayParts {
  readonly instance: Instance;
  readonly watches: RequestWatches | undefined;
  readonly protocol: FrontProtocol | 'http';
}

/** The gateway between the transports of a server and its application. */
export function createGateway(
  application: Application | AsyncApplication,
  settings: ServerSettings,
  { instance, watches, protocol }: GatewayParts,
): Gateway {
  // a CGI program serves one request and ends
  const once = protocol === 'cgi';
  const { extensions, profile } = settings;
  return new Gateway(application, {
    profile,
    scriptName: settings.scriptName ?? '',
    concurrency: {
      multithread: false,
      multiprocess: once || settings.multiprocess,
      runOnce: once,
      interleaved: !once,
    },
    errors: settings.errors,
    onError: settings.onError,
    onCall: watches?.onCall,
    limit: createTimeLimit(settings.cleanupTimeout, globalThis),
    extensions: createExtensions({ extensions, profile, protocol }, instance.state),
  });
}

/** Says in the log what went wrong in the server itself. */
export function reportServerError({ errors }: ServerSettings, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  errors.write(`tsgi: ${text}\n`);
}
