import type { AsyncApplication, Lifespan, Profile } from '@tsgi/types';
import type { Capability } from '../outcome.ts';

/** Who is judged. */
export interface AdapterMeta {
  /** The name under which reports speak of the server. */
  readonly name: string;
  /** The version of the server, not of its adapter; any text. */
  readonly version: string;
  /** Where to read about the server. */
  readonly url?: string;
  /** What the server runs on, for example `node 22.1.0`. */
  readonly runtime?: string;
}

/** What the kit asks of a server that it starts. */
export interface StartOptions {
  /** The address to listen on; the kit asks for `127.0.0.1`. */
  readonly host: string;
  /** 0 for a port of the system's choice. */
  readonly port: number;
  /** The mount; `""` or absent for the root. */
  readonly scriptName?: string;
  /** The profile under which the server calls the application; synchronous if absent. */
  readonly profile?: Profile;
  /** To be called with whatever the server logs as a fault of the application. */
  readonly onError?: (error: unknown) => void;
  /** What runs before the first request and after the last one. */
  readonly lifespan?: Lifespan;
  /** TLS that this server terminates itself, in the terms of node:tls; absent for plain HTTP. */
  readonly tls?: TlsMaterial;
  /** The check that the server is started for, for logs. */
  readonly label?: string;
}

/** PEM texts, and what becomes of the certificates of clients. */
export interface TlsMaterial {
  readonly key: string;
  readonly cert: string;
  /** The authority whose clients are to be believed. */
  readonly ca: string;
  /** Whether clients are asked for a certificate. */
  readonly requestCert: boolean;
  /** Always false: clients without a certificate, or with an unknown one, are served all the same. */
  readonly rejectUnauthorized: boolean;
}

/** A server that accepts connections. */
export interface RunningServer {
  /** For example `http://127.0.0.1:49152`. */
  readonly url: string;
  /** Settles once the port refuses connections and the responses under way have ended. */
  close(): Promise<void>;
}

/** What an adapter module exports, by name or as its default export. */
export interface ServerAdapter {
  /** Read when the adapter has been loaded, before its first start. */
  readonly meta: AdapterMeta;
  /** What the server lacks, as `false`; what is not mentioned is expected. */
  readonly capabilities?: Partial<Record<Capability, boolean>>;
  /** Starts the server with an application and settles once it accepts connections. */
  start(application: AsyncApplication, options: StartOptions): Promise<RunningServer>;
  /** The same with an application module, by its path; absent where the server loads none. */
  startModule?(path: string, options: StartOptions): Promise<RunningServer>;
}

/** The module is no adapter: the message says what it lacks. */
export class AdapterShapeError extends Error {
  override readonly name: string = 'AdapterShapeError';
}

/** Takes the adapter out of a module's exports; throws an AdapterShapeError. */
export function readAdapter(exports: Readonly<Record<string, unknown>>): ServerAdapter {
  const source = 'start' in exports ? exports : exports['default'];
  if (typeof source !== 'object' || source === null) {
    throw new AdapterShapeError('the module exports neither start nor a default object');
  }
  const adapter = source as Partial<ServerAdapter>;
  if (typeof adapter.start !== 'function') {
    throw new AdapterShapeError(`start is no function but ${typeof adapter.start}`);
  }
  const { meta } = adapter;
  if (typeof meta?.name !== 'string' || typeof meta.version !== 'string') {
    throw new AdapterShapeError('meta must hold the strings name and version');
  }
  for (const name of ['url', 'runtime'] as const) {
    if (meta[name] === undefined || typeof meta[name] === 'string') continue;
    throw new AdapterShapeError(`meta.${name} must be a string where it is given`);
  }
  return source as ServerAdapter;
}

/** What start() settled with; throws an Error for what is no running server. */
export function checkRunning(server: unknown): RunningServer {
  const { url, close } = (server ?? {}) as Partial<RunningServer>;
  if (typeof url === 'string' && typeof close === 'function') return server as RunningServer;
  const got =
    server === undefined || server === null
      ? String(server)
      : `{ url: ${typeof url}, close: ${typeof close} }`;
  throw new Error(`start() settles with { url, close }, a string and a function; got ${got}`);
}
