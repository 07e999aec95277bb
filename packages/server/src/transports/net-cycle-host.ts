import type { Socket } from 'node:net';
import type { Connection, Gateway } from '@tsgi/core';
import type { Http1Server } from '@tsgi/protocol/http1';
import type { Clock } from '../clock.ts';
import type { ServerSettings } from '../options.ts';
import type { RequestWatches } from '../request-watch.ts';
import type { Deadlines } from './net-deadlines.ts';
import type { Leftovers } from './net-leftovers.ts';

/** What the cycles of a connection need of their server. */
export interface CycleServer {
  readonly gateway: Gateway;
  readonly settings: ServerSettings;
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
  readonly watches: RequestWatches | undefined;
  readonly onBegin: () => void;
  readonly onEnd: () => void;
}

/** What they need of their connection. */
export interface CycleHost {
  readonly socket: Socket;
  readonly connection: Connection;
  readonly engine: Http1Server;
  readonly deadlines: Deadlines;
  readonly leftovers: Leftovers;
  /** Whether no request is to follow the one that begins. */
  readonly draining: boolean;
  /** Reads on what has arrived. */
  read(): void;
  /** Stops or goes on with the reading of the socket, by whether the cycle holds. */
  balance(): void;
}
