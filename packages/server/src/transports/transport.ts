import type { Server } from 'node:net';
import type { Gateway } from '@tsgi/core';
import type { ServerSettings } from '../options.ts';
import type { Listener } from './describe-connection.ts';

/** What a transport needs to run. */
export interface TransportHost {
  readonly gateway: Gateway;
  readonly settings: ServerSettings;
  /** The side that listens; its host is known before it does. */
  readonly listener: Listener;
  /** Told of what went wrong in the server itself. */
  readonly report: (error: unknown) => void;
}

/** What a server has done since it began to listen. */
export interface Counters {
  /** Connections that are open now. */
  readonly connections: number;
  /** Connections that were accepted. */
  readonly accepted: number;
  /** Requests that the application was called for, or whose body is arriving. */
  readonly active: number;
  /** Requests that began. */
  readonly requests: number;
}

/** One way in which requests reach a gateway. */
export interface Transport {
  /** What listens; node:http's server is one of node:net. */
  readonly server: Server;
  /** Accepts no more connections. */
  stopAccepting(): void;
  /** Closes each connection when its requests are answered. */
  drain(): void;
  /** Closes the connections on which no request is on its way. */
  closeIdle(): void;
  /** Cuts off every connection. */
  cutOff(): void;
  /** Resolves when every request is over and cleaned up, and no connection is left. */
  settled(): Promise<void>;
  /** What it has done so far. */
  counters(): Counters;
}
