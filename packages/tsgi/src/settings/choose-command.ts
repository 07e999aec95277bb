import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError, EXIT } from '../cli/command-error.ts';
import { didYouMean } from './did-you-mean.ts';
import type { CommandName } from './row.ts';
import { SETTINGS } from './table.ts';

/** What each command does, in a line. */
export const COMMANDS: Readonly<Record<CommandName, string>> = {
  serve: 'serve an application',
  dev: 'serve it to its author: reload on changes, lint, readable errors',
  cgi: 'answer the one request of a web server, by CGI',
  fetch: 'make one request of it without a server',
  check: 'check it against the standard',
  ctl: 'ask or tell a running server',
  config: 'show every setting, its value and where that comes from',
  doctor: 'look for what will go wrong on this machine',
  init: 'write a configuration for nginx, Apache, systemd, Docker or a Procfile',
  completion: 'write the completion of a shell: bash, zsh or fish',
  help: 'explain a command',
};

/** What the words of a command line that are no flags mean. */
export interface Chosen {
  readonly command: CommandName;
  /** The application, where the command takes one and it was given. */
  readonly application: string | undefined;
  readonly operands: readonly string[];
}

/** What follows the application. */
const OPERANDS: Readonly<Partial<Record<CommandName, readonly string[]>>> = {
  fetch: ['PATH'],
};

/** Finds the command and the application. Throws a CommandError with exit code 2. */
export function chooseCommand(words: readonly string[], cwd: string): Chosen {
  const [first, ...rest] = words;
  if (first === undefined) {
    throw usage('no command given; tsgi serve FILE serves an application');
  }
  if (!Object.hasOwn(COMMANDS, first)) {
    throw usage(
      namesFile(first, cwd)
        ? `tsgi serve ${first} serves it, tsgi dev ${first} while you write it; tsgi ${first} alone is for web servers that start it, and none did`
        : `there is no command ${first}${didYouMean(first, Object.keys(COMMANDS))}`,
    );
  }
  const command = first as CommandName;
  if (command === 'init') {
    const [kind, ...files] = rest;
    return { ...takeApplication(command, files), operands: kind === undefined ? [] : [kind] };
  }
  const { commands }: { readonly commands: readonly string[] } = SETTINGS.app;
  return commands.includes(command) || command === 'config' || command === 'doctor'
    ? takeApplication(command, rest)
    : { command, application: undefined, operands: rest };
}

function namesFile(word: string, cwd: string): boolean {
  return /[./:\\]/.test(word) || existsSync(resolve(cwd, word));
}

/** What a request may be for: a path, a URL, or the server as a whole. */
const TARGET = /^(?:\/|https?:\/\/|\*$)/;

function takeApplication(command: CommandName, words: readonly string[]): Chosen {
  const operands = OPERANDS[command] ?? [];
  if (words.length > operands.length + 1) {
    const takes = ['one FILE', ...operands.map((name) => `one ${name}`)].join(' and ');
    const more = words.slice(operands.length + 1).join(' ');
    throw usage(`${command} takes ${takes}; got ${more} as well`);
  }
  // `tsgi fetch /path` leaves the application to the configuration and the default names.
  const [first = ''] = words;
  const isPath = operands.length === words.length && TARGET.test(first) && !isFile(first);
  return isPath
    ? { command, application: undefined, operands: words }
    : { command, application: words[0], operands: words.slice(1) };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function usage(message: string): CommandError {
  return new CommandError(EXIT.usage, message);
}
