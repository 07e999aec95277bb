import { once } from 'node:events';
import type { Application, AsyncApplication } from '@tsgi/types';
import { createGateway, reportServerError } from './create-gateway.ts';
import { Instance } from './lifespan.ts';
import { type BoundAddress, type ListenAddress, listenOn } from './listen.ts';
import { resolveOptions, type ServeOptions, type ServerSettings } from './options.ts';
import { RequestWatches } from './request-watch.ts';
import { FrontTransport } from './front/front-transport.ts';
import { NetTransport } from './transports/net.ts';
import { NodeHttpTransport } from './transports/node-http.ts';
import type { Counters, Transport, TransportHost } from './transports/transport.ts';

/** A server that listens. */
export interface ServerHandle {
  /** Where it answers: `http://127.0.0.1:8000`, without a slash at the end, or `unix:/run/app.sock`. */
  readonly url: string;
  /** The host of the first address; empty where that is no TCP address. */
  readonly host: string;
  /** The port of the first address; 0 where that is no TCP address. */
  readonly port: number;
  /** Every address that it listens on. */
  readonly addresses: readonly BoundAddress[];
  /** What it has done so far, on all addresses together. */
  counters(): Counters;
  /**
   * Takes no more connections, lets running responses end, and resolves when the last one has,
   * or after `gracefulTimeout` milliseconds, when it cuts off what still runs. Then the shutdown of
   * the lifespan runs; what that throws is thrown here, when everything has stopped.
   */
  close(): Promise<void>;
}

/**
 * Serves an application, over HTTP where `protocol` does not say otherwise. Rejects with `ERR_TSGI_OPTION` for a wrong option and with
 * what the system says where it cannot listen, such as `EADDRINUSE`. The startup of a lifespan runs
 * before it listens; what that throws is thrown here.
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
  const instance = new Instance(settings.lifespan);
  const report = (error: unknown): void => reportServerError(settings, error);
  const watches = settings.onRequestEnd && new RequestWatches(settings.onRequestEnd, report);
  const gateway = createGateway(application, settings, {
    instance,
    watches,
    protocol: settings.protocol,
  });
  const open: Listening[] = [];
  await instance.start();
  try {
    for (const address of settings.listen) {
      open.push(await openListener(address, { gateway, settings, report, watches }));
    }
  } catch (error) {
    await closeAll(open, settings);
    await instance.stop(settings.shutdownTimeout).catch(report);
    throw error;
  }
  return createHandle(open, settings, instance);
}

interface Listening {
  readonly transport: Transport;
  readonly address: BoundAddress;
}

async function openListener(
  address: ListenAddress,
  host: Omit<TransportHost, 'listener'>,
): Promise<Listening> {
  const scheme = host.settings.tls === undefined ? 'http' : 'https';
  const transport = createTransport({
    ...host,
    listener: { scheme, host: 'host' in address ? address.host : undefined },
  });
  limitConnections(transport, host.settings.maxConnections);
  try {
    const { protocol } = host.settings;
    const bound = await listenOn(
      transport.server,
      address,
      protocol === 'http' ? scheme : protocol,
    );
    transport.server.on('error', host.report);
    return { transport, address: bound };
  } catch (error) {
    transport.server.close();
    throw error;
  }
}

// Not by `maxConnections` of node: in a cluster, workers that are full would hand a connection to and
// fro, at the cost of all their time, until one of them has room.
function limitConnections({ server, connections }: Transport, most: number): void {
  if (most === 0) {
    return;
  }
  const listeners = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket) => {
    if (connections.size >= most) {
      connections.refuse(socket);
      return;
    }
    for (const listener of listeners) {
      listener.call(server, socket);
    }
  });
}

function createHandle(
  open: readonly Listening[],
  settings: ServerSettings,
  instance: Instance,
): ServerHandle {
  const addresses = open.map(({ address }) => address);
  const [first] = addresses as [BoundAddress];
  let closed: Promise<void> | undefined;
  return {
    url: first.url,
    host: first.host ?? '',
    port: first.port ?? 0,
    addresses,
    counters: () => addCounters(open.map(({ transport }) => transport.connections.counters())),
    close: () =>
      (closed ??= closeAll(open, settings).then(() => instance.stop(settings.shutdownTimeout))),
  };
}

function addCounters(all: readonly Counters[]): Counters {
  const sum = { connections: 0, accepted: 0, refused: 0, active: 0, requests: 0 };
  for (const counters of all) {
    sum.connections += counters.connections;
    sum.accepted += counters.accepted;
    sum.refused += counters.refused;
    sum.active += counters.active;
    sum.requests += counters.requests;
  }
  return sum;
}

function createTransport(host: TransportHost): Transport {
  const { protocol, transport } = host.settings;
  if (protocol !== 'http') {
    return new FrontTransport(host, protocol);
  }
  return transport === 'net' ? new NetTransport(host) : new NodeHttpTransport(host);
}

async function closeAll(open: readonly Listening[], settings: ServerSettings): Promise<void> {
  await Promise.all(open.map(({ transport }) => closeTransport(transport, settings)));
}

async function closeTransport(transport: Transport, settings: ServerSettings): Promise<void> {
  const { server, connections } = transport;
  const closed = once(server, 'close');
  connections.drain();
  // connections that wait in the system already are served: one more turn accepts them
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  transport.stopAccepting();
  const cutOff = setTimeout(() => connections.cutOff(), settings.gracefulTimeout);
  await closed;
  await connections.settled();
  clearTimeout(cutOff);
}
