import type { Settings } from '../settings/table.ts';
import type { WorkerReport } from './worker-report.ts';

/** Where the arbiter listens, as a worker has to show it. */
export interface ListenerAddress {
  /** The host as the operator gave it; absent for Unix sockets and inherited descriptors. */
  readonly host?: string | undefined;
  /** A TCP address; absent for a Unix socket. */
  readonly address?: string | undefined;
  readonly family?: string | undefined;
  readonly port?: number | undefined;
}

/** What the arbiter tells a worker; the member `tsgi` sets it apart from messages of others. */
export type ToWorker =
  | {
      readonly tsgi: 'start';
      readonly number: number;
      readonly settings: Settings;
      readonly listeners: readonly ListenerAddress[];
      /** Requests after which it reports out of turn; 0 for never. */
      readonly requestLimit: number;
    }
  /** Comes with the handle of a connection. */
  | { readonly tsgi: 'connection'; readonly listener: number }
  | { readonly tsgi: 'reopen' };

/** What a worker tells the arbiter. */
export type FromWorker =
  /** It listens for messages. */
  | { readonly tsgi: 'online' }
  /** It serves. */
  | { readonly tsgi: 'ready'; readonly profile: string }
  /** It cannot serve, or its shutdown failed: one line, and the code the command exits with. */
  | { readonly tsgi: 'failed'; readonly exitCode: number; readonly message: string }
  /** What became of the connection it was given, and how many it holds. */
  | { readonly tsgi: 'taken' | 'refused'; readonly connections: number }
  /** It stops by itself. */
  | { readonly tsgi: 'draining' }
  | { readonly tsgi: 'report'; readonly report: WorkerReport };

/** Whether a message is one of those above, which side it may be from. */
export function isOurs(message: unknown): message is { readonly tsgi: string } {
  return (
    typeof message === 'object' &&
    message !== null &&
    typeof (message as { tsgi?: unknown }).tsgi === 'string'
  );
}
