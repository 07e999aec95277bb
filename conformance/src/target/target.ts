import type { PlainData, ServerSettings } from '../check.ts';
import { HarnessFault } from '../engine/failures.ts';
import { PatientTimer } from '../engine/patient-timer.ts';
import type { Capability } from '../outcome.ts';
import type { AdapterMeta } from './adapter.ts';

/** The server is gone although nobody has stopped it. */
export class TargetDied extends Error {
  override readonly name: string = 'TargetDied';
}

/** What a check asks for cannot be seen or done on this kind of target; the check is skipped. */
export class Unobservable extends Error {
  override readonly name: string = 'Unobservable';
}

/** The server that a check shared with others has come to harm, and nobody can tell by whom. */
export class Disturbed extends Error {
  override readonly name: string = 'Disturbed';
}

/** What the kit asks a target to start. */
export interface StartRequest {
  readonly check: string;
  readonly nonce: string;
  readonly settings: ServerSettings;
  /** 0 leaves the choice to the target; any other one is in use already. */
  readonly port: number;
  /** True where the server must not have seen any other check. */
  readonly fresh: boolean;
  /** True where it must share nothing, the end of the server included. */
  readonly alone: boolean;
  /** True where what the server logs must be about this check. */
  readonly hearsLog: boolean;
  readonly gates: SharedArrayBuffer;
  /** How long `hold` blocks at most, in milliseconds. */
  readonly budget: number;
}

/** One started server, as its target knows it. */
export interface StartedServer {
  readonly instance: number;
  readonly url: string;
}

/** Who listens to what the application and the server report. */
export type EventSink = (nonce: string, type: string, data?: PlainData) => void;

/** What is judged, seen from the kit: it starts servers, stops them and hands on events. */
export interface Target {
  /** Known once `ready` has settled. */
  readonly meta: AdapterMeta;
  /** What is claimed of the server; known once `ready` has settled. */
  readonly capabilities: Partial<Record<Capability, boolean>>;
  /**
   * `hook`: faults are told one by one. `log`: they stand somewhere in what the server writes.
   * `none`: nobody here sees them.
   */
  readonly faults: 'hook' | 'log' | 'none';
  /** Whether starting and stopping take so long that they have budgets of their own. */
  readonly unhurried: boolean;
  /** Whether the target can still be used. */
  readonly alive: boolean;
  /** Settles when servers can be started; rejects with AdapterUnusable or a HarnessFault. */
  ready(budget: number): Promise<void>;
  /** Where the events of a run go, and who is told of the death of its server. */
  listen(onEvent: EventSink, onDeath: (death: TargetDied) => void, nonce: string): void;
  /** Rejects with a HarnessFault where the server does not start, or with Unobservable. */
  start(request: StartRequest, budget: number): Promise<StartedServer>;
  /**
   * Stops a server; rejects with a HarnessFault where it does not stop. Where several checks share the
   * end of a server, `onPark` is called: the next check can begin, and may be one of them.
   */
  stop(instance: number, budget: number, onPark: () => void): Promise<void>;
  /** The check is over: the server may be stopped, or kept for another one where `clean`. */
  leave(instance: number, budget: number, clean: boolean): Promise<void>;
  /** Opens a gate of a run. */
  release(gate: string, nonce: string): void;
  /** Delivers what has been reported so far, where that is possible without waiting. */
  collect(): void;
  /** Asks for more events; undefined where they come by themselves. */
  fetch(): Promise<void> | undefined;
  /** The run is over; nothing of it is asked for any more. */
  forget?(nonce: string): void;
  /** Ends the servers whose end some check is waiting for. */
  flush?(): void;
  /** Ends everything, whatever it is doing. */
  terminate(): Promise<void>;
}

/** Waits for a promise; rejects with a HarnessFault when the budget, in milliseconds, ends first. */
export async function within<Value>(
  promise: Promise<Value>,
  budget: number,
  awaited: string,
): Promise<Value> {
  let timer: PatientTimer | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = new PatientTimer(budget, () => {
      reject(new HarnessFault(`waited ${budget} ms in vain for ${awaited}`));
    });
  });
  try {
    return await Promise.race([promise, expiry]);
  } finally {
    timer?.clear();
  }
}
