import { CONTROL_COMMANDS } from '../control/protocol.ts';
import { INIT_KINDS } from '../init/write-init.ts';
import { isSwitch } from '../settings/argv.ts';
import { COMMANDS } from '../settings/choose-command.ts';
import { ALL_ROWS, groupsOf } from '../settings/groups.ts';
import { flagOf } from '../settings/names.ts';
import type { CommandName, FlagRow } from '../settings/row.ts';

/** What a shell offers after a flag: words, names of files or directories, or nothing. */
export type Offer = readonly string[] | 'file' | 'directory' | undefined;

/** A flag as a shell sees it. */
export interface CompletedFlag {
  /** Without its dashes. */
  readonly long: string;
  readonly short: string | undefined;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  readonly offer: Offer;
  readonly repeats: boolean;
  readonly text: string;
  readonly commands: readonly CommandName[];
}

const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

/** The words that may follow a command in place of a file. */
export const OPERANDS: Readonly<Partial<Record<CommandName, readonly string[]>>> = {
  ctl: [...new Set(CONTROL_COMMANDS.flatMap((command) => command.split(' ')))],
  init: INIT_KINDS,
  completion: ['bash', 'zsh', 'fish'],
  help: COMMAND_NAMES,
};

/** The commands among them that take a file after such a word. */
export const TAKES_FILE: readonly string[] = ['init'];

/** The flags of every command, switches that can be negated with their negation. */
export function completedFlags(): readonly CompletedFlag[] {
  return ALL_ROWS.flatMap(([name, row]) => {
    const commands = COMMAND_NAMES.filter((command) =>
      groupsOf(command).some(({ rows }) => rows.some(([other]) => other === name)),
    );
    const long = flagOf(name);
    const flag = {
      long,
      short: row.short,
      takesValue: row.kind !== 'boolean',
      offer: offerOf(row),
      repeats: row.list === true,
      text: row.text,
      commands,
    };
    return isSwitch(row)
      ? [flag, { ...flag, long: `no-${long}`, short: undefined, text: `not: ${row.text}` }]
      : [flag];
  });
}

function offerOf(row: FlagRow): Offer {
  if (row.choices !== undefined) {
    return row.choices;
  }
  switch (row.kind) {
    case 'workers':
      return ['auto'];
    case 'directory':
      return 'directory';
    case 'file':
      return 'file';
    default:
      return (row.value ?? '').startsWith('FILE') ? 'file' : undefined;
  }
}
