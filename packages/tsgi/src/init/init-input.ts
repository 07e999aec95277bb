import type { BindAddress } from '../settings/kinds/kind.ts';
import type { SettingName, Settings } from '../settings/table.ts';

/** What there is a configuration for. */
export type InitKind = 'nginx' | 'apache' | 'systemd' | 'docker' | 'procfile';

/** A directory whose files are served below a path. */
export interface ServedDirectory {
  readonly directory: string;
  /** As in a URL, `/static`. */
  readonly url: string;
}

/** What is known of an application and of what stands around it. */
export interface InitInput {
  /** `FILE[:EXPORT]`, from `directory` on. */
  readonly app: string;
  /** The absolute path of the directory in which the command starts. */
  readonly directory: string;
  /** The settings that somebody gave; the others have the defaults of the table. */
  readonly settings?: Partial<Settings>;
  /** Those of them that the configuration file gives: command lines do not repeat them. */
  readonly inFile?: readonly SettingName[];
  /** What groups of servers and units are called. Default: the name of the file. */
  readonly name?: string | undefined;
  /** The host names that the web server answers for. */
  readonly serverName?: readonly string[];
  /** Where the web server listens. Default: port 80, with a certificate 443. */
  readonly listen?: BindAddress | undefined;
  /** The TSGI servers behind it. Default: `bind` of the settings. */
  readonly upstream?: readonly BindAddress[];
  /** Files that the web server serves itself. */
  readonly static?: readonly ServedDirectory[];
  /** Files that it serves where the application says so, by `X-Accel-Redirect`. */
  readonly accel?: readonly ServedDirectory[];
  /** Whether Apache runs the application by CGI. */
  readonly cgi?: boolean;
  /** Whether a whole configuration is written, for a web server of its own. */
  readonly standalone?: boolean;
  /** The user that the processes run as. */
  readonly user?: string | undefined;
  /** One of several files, where there are several. */
  readonly part?: string | undefined;
}
