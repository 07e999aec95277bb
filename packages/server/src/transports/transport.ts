import type { Server } from 'node:net';
import type { Gateway } from '@tsgi/core';
import type { ServerSettings } from '../options.ts';
import type { RequestWatches } from '../request-watch.ts';
import type { Connections } from './connections.ts';
import type { Listener } from './describe-connection.ts';

/** What a transport needs to run. */
export interface TransportHost {
  readonly gateway: Gateway;
  readonly settings: ServerSettings;
  /** The side that listens; its host is known before it does. */
  readonly listener: Listener;
  /** Told of what went wrong in the server itself. */
  readonly report: (error: unknown) => void;
  /** Where every request is watched; undefined where nobody wants to know. */
  readonly watches: RequestWatches | undefined;
}

/** What a server has done since it began to listen. */
export interface Counters {
  /** Connections that are open now. */
  readonly connections: number;
  /** Connections that were accepted. */
  readonly accepted: number;
  /** Connections that were closed at once, for `maxConnections`. */
  readonly refused: number;
  /** Requests that the application was called for, or whose body is arriving. */
  readonly active: number;
  /** Requests that began. */
  readonly requests: number;
}

/** One way in which requests reach a gateway. */
export interface Transport {
  /** What listens; node:http's server is one of node:net. */
  readonly server: Server;
  /** What it has accepted. */
  readonly connections: Connections;
  /** Accepts no more connections. */
  stopAccepting(): void;
}
