import type { Flags } from './flags-table.ts';
import type { Origin } from './origin.ts';
import type { CommandName } from './row.ts';
import type { SettingName, Settings } from './table.ts';

/** What the command line, the environment and the configuration file say together. */
export interface Resolved {
  readonly command: CommandName;
  readonly settings: Settings;
  readonly origins: Readonly<Record<SettingName, Origin>>;
  /** The flags that are no settings: those of single commands. */
  readonly flags: Flags;
  /** The words after the command that are no flags; without the FILE where the command takes one. */
  readonly operands: readonly string[];
  /** The arguments as given: `resolveSettings(argv, process.env, cwd)` resolves them again. */
  readonly argv: readonly string[];
  /** The directory in which all this was resolved: before `chdir`. */
  readonly cwd: string;
  /** The absolute path of the configuration file that was read. */
  readonly configFile: string | undefined;
  /** What is odd but no error, such as an unknown `TSGI_` variable; one line each. */
  readonly warnings: readonly string[];
}
