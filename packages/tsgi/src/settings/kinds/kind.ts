import type { KindName } from '../row.ts';

/** An address to listen on. */
export type BindAddress =
  | { readonly host: string; readonly port: number }
  | { readonly path: string; readonly mode?: number }
  | { readonly fd: number }
  /** The sockets that systemd passes: LISTEN_FDS of them, from descriptor 3 on. */
  | 'systemd';

/** What a parsed value of each kind is. */
export interface KindValues {
  readonly text: string;
  readonly file: string;
  readonly directory: string;
  readonly boolean: boolean;
  readonly count: number;
  readonly workers: number | 'auto';
  /** Milliseconds. */
  readonly duration: number;
  /** Octets. */
  readonly size: number;
  readonly choice: string;
  readonly address: BindAddress;
  readonly network: string;
  readonly path: string;
  readonly mount: string;
  readonly glob: string;
}

/** How values of one kind are read, written and described. */
export interface Kind<Name extends KindName = KindName> {
  /** What it takes, for messages: `a duration such as 30s`. */
  readonly takes: string;
  /** What stands for the value in the help text. */
  readonly value: string;
  /** Reads a flag or a variable; undefined where the text is none of this kind. */
  readonly parse: (text: string) => KindValues[Name] | undefined;
  /** Reads a value of the configuration file that is no string; undefined where it is none. */
  readonly read?: (value: unknown) => KindValues[Name] | undefined;
  /** Writes a value as `parse` reads it. */
  readonly print: (value: KindValues[Name]) => string;
  /** What a configuration file may hold, as a JSON schema. */
  readonly schema: Readonly<Record<string, unknown>>;
}
