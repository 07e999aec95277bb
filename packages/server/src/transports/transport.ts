import type { Server } from 'node:net';
import type { Gateway } from '@tsgi/core';
import type { ServerSettings } from '../options.ts';

/** What a transport needs to run. */
export interface TransportHost {
  readonly gateway: Gateway;
  readonly settings: ServerSettings;
  /** Told of what went wrong in the server itself. */
  readonly report: (error: unknown) => void;
}

/** One way in which requests reach a gateway. */
export interface Transport {
  /** What listens; node:http's server is one of node:net. */
  readonly server: Server;
  /** Closes idle connections, and each other one when its requests are answered. */
  drain(): void;
  /** Cuts off every connection. */
  cutOff(): void;
  /** Resolves when every request that began is over and cleaned up. */
  settled(): Promise<void>;
}
