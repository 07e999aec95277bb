/** Rule 1: this is all that passes between the kit and a harness; one JSON object in each line. */
import type { Profile } from '@tsgi/types';
import type { Capability } from '../outcome.ts';
import type { AdapterMeta } from './adapter.ts';

/** The version of the protocol. */
export const PROTOCOL_VERSION = 1;

/** From the kit to the harness; every request is answered by one reply with the same `seq`. */
export type HarnessRequest =
  | { readonly seq: number; readonly cmd: 'start'; readonly v: typeof PROTOCOL_VERSION }
  | {
      readonly seq: number;
      readonly cmd: 'listen';
      /** The path of the module that exports the application. */
      readonly app: string;
      readonly host: string;
      /** 0 for a port of the harness's choice; any other is in use. */
      readonly port: number;
      readonly scriptName: string;
      /** Absent where the module itself declares the profile, or does not. */
      readonly profile?: Profile;
    }
  | { readonly seq: number; readonly cmd: 'close'; readonly server: number }
  | { readonly seq: number; readonly cmd: 'stop' };

/** From the harness to the kit. */
export interface HarnessReply {
  readonly seq: number;
  /** To `start`. */
  readonly v?: number;
  readonly meta?: AdapterMeta;
  readonly capabilities?: Partial<Record<Capability, boolean>>;
  /** To `listen`: a number that names the server, and where it listens. */
  readonly server?: number;
  readonly url?: string;
  /** To `listen`: why the server would not start. To the others: why they failed. */
  readonly error?: string;
  /** To any: the harness leaves this out on purpose. */
  readonly skipped?: boolean;
  readonly reason?: string;
  readonly issue?: string;
  /** To any: the harness does not know how. */
  readonly unimplemented?: boolean;
}

/** From the harness to the kit, without being asked: the server has logged a fault. */
export interface HarnessNotice {
  readonly event: 'fault';
  readonly error: string;
}
