import { CONTROL_COMMANDS } from '../control/protocol.ts';
import { INIT_KINDS } from '../init/write-init.ts';
import { isSwitch } from '../settings/argv.ts';
import { chooseCommand, COMMANDS } from '../settings/choose-command.ts';
import { defaultOf, valueNameOf } from '../settings/describe-row.ts';
import { groupsOf } from '../settings/groups.ts';
import { flagOf } from '../settings/names.ts';
import type { Resolved } from '../settings/resolved.ts';
import type { CommandName, FlagRow, SettingRow } from '../settings/row.ts';
import { CommandError, EXIT } from './command-error.ts';
import { wrapText } from './wrap-text.ts';

const USAGE: Readonly<Record<CommandName, string>> = {
  serve: 'serve [FILE[:EXPORT]] [options]',
  dev: 'dev [FILE[:EXPORT]] [options]',
  cgi: 'cgi [options] FILE[:EXPORT]',
  fetch: 'fetch [FILE[:EXPORT]] [PATH] [options]',
  check: 'check [FILE[:EXPORT]] [options]',
  ctl: 'ctl COMMAND [options]',
  config: 'config [FILE[:EXPORT]] [options]',
  doctor: 'doctor [FILE[:EXPORT]] [options]',
  init: `init ${INIT_KINDS.join('|')} [FILE[:EXPORT]] [options]`,
  completion: 'completion bash|zsh|fish [options]',
  help: 'help [COMMAND] [options]',
};

const EXIT_CODES: ReadonlyArray<readonly [number, string]> = [
  [EXIT.ok, 'stopped in order'],
  [EXIT.failure, 'failure; a check found something'],
  [EXIT.usage, 'wrong usage, or settings that exclude each other'],
  [EXIT.worker, 'a worker failed to boot'],
  [EXIT.application, 'the application cannot be loaded'],
  [EXIT.listen, 'an address cannot be listened on'],
  [EXIT.fetch, 'fetch got a response whose status is no 2xx'],
  [EXIT.config, 'the configuration file is broken'],
];

/** `tsgi help [COMMAND]`. */
export function helpCommand({ operands, cwd }: Resolved): Promise<number> {
  const [asked, ...rest] = operands;
  if (rest.length > 0) {
    throw new CommandError(EXIT.usage, `help takes one COMMAND; got ${rest.join(' ')} as well`);
  }
  const text = asked === undefined ? overview() : commandHelp(chooseCommand([asked], cwd).command);
  process.stdout.write(text);
  return Promise.resolve(EXIT.ok);
}

/** What the command can do, and where to read on. */
export function overview(): string {
  const commands = Object.entries(COMMANDS).map(([name, text]) => `  ${name.padEnd(12)}${text}`);
  const codes = EXIT_CODES.map(([code, text]) => `  ${String(code).padStart(3)}  ${text}`);
  return lines([
    'Usage: tsgi COMMAND [FILE[:EXPORT]] [options]',
    '       tsgi [options] FILE    where a web server starts it, by CGI or FastCGI',
    '',
    'Serves the TSGI application that the module FILE exports: EXPORT where it is given, else the',
    'default export, else app, else application.',
    '',
    'Commands:',
    ...commands,
    '',
    'tsgi help COMMAND tells the options of a command. Each setting is a flag, an environment',
    'variable and a key of the configuration file: --max-body-size 8mb, TSGI_MAX_BODY_SIZE=8mb,',
    "maxBodySize: '8mb' in tsgi.config.js. Flags count most, defaults least; tsgi config shows what",
    'counts and where it comes from.',
    '',
    'Exit codes:',
    ...codes,
  ]);
}

const INDENT = 34;

/** The options of a command. */
export function commandHelp(command: CommandName): string {
  const groups = groupsOf(command).flatMap(({ title, rows }) =>
    ['', `${title}:`].concat(rows.flatMap(([name, row]) => describeFlag(name, row, command))),
  );
  const text = COMMANDS[command];
  return lines([
    `Usage: tsgi ${USAGE[command]}`,
    '',
    `${text.charAt(0).toUpperCase()}${text.slice(1)}.`,
    ...(command === 'ctl' ? ['', 'Commands:', ...CONTROL_COMMANDS.map((name) => `  ${name}`)] : []),
    ...groups,
  ]);
}

function describeFlag(name: string, row: FlagRow, command: CommandName): readonly string[] {
  const value = valueNameOf(row);
  const short = row.short === undefined ? '    ' : `-${row.short}, `;
  const flag = isSwitch(row) ? `[no-]${flagOf(name)}` : flagOf(name);
  const left = `  ${short}--${flag}${value === '' ? '' : ` ${value}`}`;
  const initial = 'group' in row ? defaultOf(row as SettingRow, command) : undefined;
  const text = `${row.text}${initial === undefined ? '' : ` [${initial}]`}`;
  const [first = '', ...rest] = wrapText(text, 100 - INDENT);
  const indented = rest.map((line) => ' '.repeat(INDENT) + line);
  return left.length < INDENT
    ? [left.padEnd(INDENT) + first, ...indented]
    : [left, ' '.repeat(INDENT) + first, ...indented];
}

function lines(texts: readonly string[]): string {
  return `${texts.join('\n')}\n`;
}
