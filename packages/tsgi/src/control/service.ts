import type { ListenerAddress } from '../arbiter/messages.ts';
import type { Totals } from '../arbiter/worker-report.ts';
import type { WorkerState } from '../arbiter/worker-state.ts';
import type { Settings } from '../settings/table.ts';

/** A worker, as operators see it. */
export interface WorkerView {
  readonly number: number;
  readonly pid: number;
  readonly state: WorkerState;
  /** Why it is being replaced or ended; absent where it is not. */
  readonly reason?: string | undefined;
  /** Seconds since its start. */
  readonly age: number;
  /** Seconds since it was last heard of. */
  readonly silence: number;
  readonly requests: number;
  readonly active: number;
  readonly connections: number;
  /** Resident memory, in octets. */
  readonly rss: number;
  /** By how much its event loop was late in the last second, in seconds. */
  readonly delayMean: number;
  readonly delayMax: number;
}

/** An address that the service listens on. */
export interface ListenerView {
  readonly name: string;
  readonly bound: ListenerAddress;
}

/** The service as it is now. */
export interface ServiceView {
  readonly app: string;
  readonly profile: string;
  readonly phase: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** How many workers shall serve. */
  readonly wanted: number;
  readonly workers: readonly WorkerView[];
  /** Workers that were started so far. */
  readonly started: number;
  /** Workers that ended so far, by reason. */
  readonly ended: Readonly<Record<string, number>>;
  readonly totals: Totals;
  /** Connections that are accepted and that no worker has taken yet. */
  readonly waiting: number;
  readonly listeners: readonly ListenerView[];
  readonly settings: Settings;
}

/** What came of a command; the message is one line. */
export interface CommandResult {
  readonly ok: boolean;
  readonly message: string;
}

/** What operators can do with a service. */
export interface Service {
  view(): ServiceView;
  reload(): Promise<CommandResult>;
  reopen(): CommandResult;
  add(): CommandResult;
  remove(): CommandResult;
  shutdown(quick: boolean): CommandResult;
}
