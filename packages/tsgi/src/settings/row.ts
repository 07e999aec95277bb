/** The commands that take settings. */
export type CommandName =
  | 'serve'
  | 'dev'
  | 'cgi'
  | 'fetch'
  | 'check'
  | 'ctl'
  | 'config'
  | 'doctor'
  | 'init'
  | 'completion'
  | 'help';

/** The kinds of values; each has a file in `kinds/`. */
export type KindName =
  | 'text'
  | 'file'
  | 'directory'
  | 'boolean'
  | 'count'
  | 'workers'
  | 'duration'
  | 'size'
  | 'choice'
  | 'address'
  | 'network'
  | 'path'
  | 'mount'
  | 'glob';

/** Sections of the help text and of the reference page, in their order. */
export type GroupName =
  | 'application'
  | 'listening'
  | 'tls'
  | 'proxies'
  | 'workers'
  | 'timeouts'
  | 'limits'
  | 'logs'
  | 'operation'
  | 'development';

/** A flag of the command: everything that the parser, the help and the completion know of it. */
export interface FlagRow {
  readonly kind: KindName;
  /** The values that a `choice` takes. */
  readonly choices?: readonly string[];
  /** True where several values may be given. */
  readonly list?: true;
  /** One letter, for `-b`. */
  readonly short?: string;
  /** The largest number that a count, duration or size may be, in its own unit. */
  readonly most?: number;
  /** What stands for the value in the help text, where the kind's own word says too little. */
  readonly value?: string;
  /** The commands that take it; `config`, `doctor` and `init` take every setting besides. */
  readonly commands: readonly CommandName[];
  /** One sentence without a full stop, for the help text. */
  readonly text: string;
}

/** A setting: a flag that the environment and the configuration file can give as well. */
export interface SettingRow extends FlagRow {
  readonly group: GroupName;
  /** In the type that it has once parsed: milliseconds, octets; undefined where there is none. */
  readonly default: unknown;
  /** Where a command has another default. */
  readonly defaultIn?: Readonly<Partial<Record<CommandName, unknown>>>;
  /** What the default is, where it depends on other things. */
  readonly defaultText?: string;
  /** Variables that count where the `TSGI_` one is not set, in this order. */
  readonly variables?: readonly string[];
  /** True where it cannot be written in the configuration file. */
  readonly notInFile?: true;
  /** True where a reload (SIGHUP) takes a new value; false where only a restart does. */
  readonly reloadable: boolean;
  /** The version that had it first. */
  readonly since: string;
}
