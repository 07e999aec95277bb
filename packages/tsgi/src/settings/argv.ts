import { CommandError, EXIT } from '../cli/command-error.ts';
import { COMMANDS } from './choose-command.ts';
import { didYouMean } from './did-you-mean.ts';
import { FLAG_ROWS } from './flags-table.ts';
import { flagOf } from './names.ts';
import type { CommandName, FlagRow } from './row.ts';
import { SETTING_ROWS } from './table.ts';

/** What was said of one flag. */
export interface GivenFlag {
  readonly row: FlagRow;
  /** The name in its table: `maxBodySize`, `request`. */
  readonly name: string;
  /** How it was written, for messages: `--bind`. */
  readonly flag: string;
  readonly texts: readonly string[];
}

/** A command line taken apart, before any value is read. */
export interface CommandLine {
  readonly flags: ReadonlyMap<string, GivenFlag>;
  readonly operands: readonly string[];
  /** The words that were read: all of them, but for those after the FILE of a script. */
  readonly words: readonly string[];
}

interface Known {
  readonly name: string;
  readonly row: FlagRow;
}

const ROWS: ReadonlyArray<readonly [string, FlagRow]> = [...SETTING_ROWS, ...FLAG_ROWS];
const LONG: ReadonlyMap<string, Known> = new Map(
  ROWS.map(([name, row]) => [flagOf(name), { name, row }]),
);
const SHORT: ReadonlyMap<string, Known> = new Map(
  ROWS.flatMap(([name, row]) => (row.short === undefined ? [] : [[row.short, { name, row }]])),
);

/** What users of other servers look for, and what there is in its place. */
const NO_DAEMON =
  'a process that detaches itself loses its log and whoever restarts it; let a service manager such as systemd run the command, or a container';
const ELSEWHERE: Readonly<Record<string, string>> = {
  daemon: `there is no --daemon: ${NO_DAEMON}`,
  D: `there is no -D: ${NO_DAEMON}`,
  reload: 'there is no --reload: tsgi dev FILE reloads when a file changes',
};

/**
 * Whether all words are there of a command line that a web server may have made: what it appends is
 * the query of the request (RFC 3875 section 4.4), and whoever sends one would give flags.
 */
function isScript([first, file]: readonly string[]): boolean {
  return (
    first !== undefined &&
    (Object.hasOwn(COMMANDS, first) ? first === 'cgi' && file !== undefined : true)
  );
}

/** Takes the arguments apart. Throws a CommandError with exit code 2. */
export function parseArgv(argv: readonly string[]): CommandLine {
  const flags = new Map<string, GivenFlag>();
  const operands: string[] = [];
  const rest = [...argv];
  let onlyOperands = false;
  const add = (flag: string, { name, row }: Known, text: string): void => {
    const texts = [...(flags.get(name)?.texts ?? []), text];
    flags.set(name, { row, name, flag, texts });
  };
  while (rest.length > 0 && !isScript(operands)) {
    const word = rest.shift() ?? '';
    if (onlyOperands || word === '-' || !word.startsWith('-')) {
      operands.push(word);
    } else if (word === '--') {
      onlyOperands = true;
    } else if (word.startsWith('--')) {
      readLong(word, rest, add);
    } else {
      readShort(word, rest, add);
    }
  }
  return { flags, operands, words: argv.slice(0, argv.length - rest.length) };
}

type Add = (flag: string, known: Known, text: string) => void;

function readLong(word: string, rest: string[], add: Add): void {
  const equals = word.indexOf('=');
  const flag = equals < 0 ? word : word.slice(0, equals);
  const inline = equals < 0 ? undefined : word.slice(equals + 1);
  const known = LONG.get(flag.slice(2));
  if (known !== undefined) {
    const takesNone = known.row.kind === 'boolean';
    add(flag, known, inline ?? (takesNone ? 'true' : takeValue(flag, rest)));
    return;
  }
  const negated = flag.startsWith('--no-') ? LONG.get(flag.slice(5)) : undefined;
  if (negated === undefined || !isSwitch(negated.row)) {
    throw unknownFlag(flag);
  }
  if (inline !== undefined) {
    throw usage(`${flag} takes no value; got ${JSON.stringify(inline)}`);
  }
  add(flag, negated, 'false');
}

/** Whether `--no-` before a flag turns it off: settings that are on or off have that. */
export function isSwitch(row: FlagRow): boolean {
  return row.kind === 'boolean' && 'default' in row;
}

function readShort(word: string, rest: string[], add: Add): void {
  for (let index = 1; index < word.length; index += 1) {
    const flag = `-${word[index]}`;
    const known = SHORT.get(flag.slice(1));
    if (known === undefined) {
      throw unknownFlag(flag);
    }
    const label = `--${flagOf(known.name)}`;
    if (known.row.kind !== 'boolean') {
      const inline = word.slice(index + 1).replace(/^=/, '');
      add(label, known, inline === '' ? takeValue(flag, rest) : inline);
      return;
    }
    add(label, known, 'true');
  }
}

function takeValue(flag: string, rest: string[]): string {
  const value = rest.shift();
  if (value === undefined) {
    throw usage(`${flag} takes a value, and none follows it`);
  }
  if (/^-./.test(value)) {
    throw usage(
      `${flag} takes a value, and the flag ${value} follows it; a value that begins with a dash is written ${flag}=${value}`,
    );
  }
  return value;
}

function unknownFlag(flag: string): CommandError {
  const name = flag.replace(/^-+/, '');
  if (Object.hasOwn(ELSEWHERE, name)) {
    return usage(ELSEWHERE[name] ?? '');
  }
  const words = flag.startsWith('--') ? [...LONG.keys()] : [];
  return usage(`there is no flag ${flag}${didYouMean(name, words, '--')}`);
}

/** Refuses flags that the command does not take. Throws a CommandError with exit code 2. */
export function checkFlags({ flags }: CommandLine, command: CommandName): void {
  for (const { flag, name, row } of flags.values()) {
    if (!takesFlag(command, name, row)) {
      const others = row.commands.join(', ') || 'serve';
      throw usage(`tsgi ${command} takes no ${flag}; it is a flag of ${others}`);
    }
  }
}

const SETTING_NAMES: ReadonlySet<string> = new Set(SETTING_ROWS.map(([name]) => name));

/** The commands that take every setting: they speak of settings, and of servers to come. */
const TAKE_ALL: ReadonlySet<string> = new Set(['config', 'doctor', 'init']);

/** Whether a command takes a flag. */
export function takesFlag(command: CommandName, name: string, row: FlagRow): boolean {
  return row.commands.includes(command) || (TAKE_ALL.has(command) && SETTING_NAMES.has(name));
}

function usage(message: string): CommandError {
  return new CommandError(EXIT.usage, message);
}
