import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Gateway } from '@tsgi/core';
import type { Application, AsyncApplication } from '@tsgi/types';
import { resolveOptions, type ServeOptions, type ServerSettings } from './options.ts';
import { createTimeLimit } from './time-limit.ts';
import { NetTransport } from './transports/net.ts';
import { NodeHttpTransport } from './transports/node-http.ts';
import type { Transport, TransportHost } from './transports/transport.ts';

/** A server that listens. */
export interface ServerHandle {
  /** Where it answers: `http://127.0.0.1:8000`, without a slash at the end. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /**
   * Takes no more connections, lets running responses end, and resolves when the last one has,
   * or after `gracefulTimeout` milliseconds, when it cuts off what still runs.
   */
  close(): Promise<void>;
}

/**
 * Serves an application over HTTP/1.1. Rejects with `ERR_TSGI_OPTION` for a wrong option and with
 * what the system says where it cannot listen, such as `EADDRINUSE`.
 */
export function serve(
  application: Application,
  options?: ServeOptions & { readonly profile?: 'sync' | undefined },
): Promise<ServerHandle>;
export function serve(
  application: AsyncApplication,
  options: ServeOptions & { readonly profile: 'async' },
): Promise<ServerHandle>;
export function serve(
  application: Application | AsyncApplication,
  options: ServeOptions,
): Promise<ServerHandle>;
export async function serve(
  application: Application | AsyncApplication,
  options: ServeOptions = {},
): Promise<ServerHandle> {
  const settings = resolveOptions(options);
  const transport = createTransport({
    gateway: createGateway(application, settings),
    settings,
    report: (error) => reportServerError(settings, error),
  });
  const { server } = transport;
  server.listen(settings.port, settings.host);
  await once(server, 'listening');
  server.on('error', (error) => reportServerError(settings, error));
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`,
    host: settings.host,
    port,
    close: () => (closed ??= closeTransport(transport, settings)),
  };
}

function createTransport(host: TransportHost): Transport {
  return host.settings.transport === 'net' ? new NetTransport(host) : new NodeHttpTransport(host);
}

function createGateway(
  application: Application | AsyncApplication,
  settings: ServerSettings,
): Gateway {
  return new Gateway(application, {
    profile: settings.profile,
    scriptName: settings.scriptName,
    concurrency: {
      multithread: false,
      multiprocess: settings.multiprocess,
      runOnce: false,
      interleaved: true,
    },
    errors: settings.errors,
    onError: settings.onError,
    limit: createTimeLimit(settings.cleanupTimeout),
  });
}

async function closeTransport(transport: Transport, settings: ServerSettings): Promise<void> {
  const closed = once(transport.server, 'close');
  transport.server.close();
  transport.drain();
  const timer = setTimeout(() => {
    transport.cutOff();
  }, settings.gracefulTimeout);
  await closed;
  clearTimeout(timer);
  await transport.settled();
}

function reportServerError(settings: ServerSettings, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  settings.errors.write(`tsgi: ${text}\n`);
}
