/** Rule 1: this is all that passes between the kit and the thread in which the server runs. */
import type { PlainData, ServerSettings } from '../check.ts';
import type { Capability } from '../outcome.ts';
import type { AdapterMeta, TlsMaterial } from './adapter.ts';

/** Asks the host to start a server with the application of a check. */
export interface StartCommand {
  readonly command: 'start';
  readonly call: number;
  readonly check: string;
  readonly nonce: string;
  readonly settings: ServerSettings;
  /** The path of the module to load in the place of an application. */
  readonly module: string | undefined;
  /** The PEM texts for a server that is to speak TLS. */
  readonly secure: TlsMaterial | undefined;
  readonly port: number;
  /** One 32-bit word for each gate of the check, in its order; 1 where released. */
  readonly gates: SharedArrayBuffer;
  /** How long `hold` blocks at most, in milliseconds. */
  readonly budget: number;
}

/** The error of a start that would need an adapter that loads modules. */
export const NO_MODULES = 'the adapter has no startModule: it is given a function, not a module';

/** From the kit to the host. */
export type HostCommand =
  | StartCommand
  | { readonly command: 'stop'; readonly call: number; readonly instance: number }
  | { readonly command: 'release'; readonly gate: string };

/** From the host to the kit. */
export type HostMessage =
  | {
      readonly kind: 'ready';
      readonly meta: AdapterMeta;
      readonly capabilities: Partial<Record<Capability, boolean>>;
    }
  | { readonly kind: 'unusable'; readonly reason: 'shape' | 'import'; readonly message: string }
  | {
      readonly kind: 'event';
      readonly nonce: string;
      readonly type: string;
      readonly data?: PlainData;
    }
  | {
      readonly kind: 'reply';
      readonly call: number;
      readonly instance?: number;
      readonly url?: string;
      readonly error?: string;
    };

/** What an error says, in one line; for values that are no errors, the value. Never throws. */
export function describeError(error: unknown): string {
  if (typeof error === 'string') return error;
  if (!(error instanceof Error)) return `a value of type ${typeof error}`;
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return `${error.name}${code}: ${error.message.split('\n', 1)[0]}`;
}
