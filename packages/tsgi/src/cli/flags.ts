import { parseArgs } from 'node:util';
import { CommandError, EXIT } from './command-error.ts';

interface Flag {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** What stands for the value in the help text. */
  readonly value?: string;
  readonly text: string;
}

/** The flags of `tsgi serve`: parser and help text are made from this table. */
const FLAGS = {
  bind: {
    type: 'string',
    short: 'b',
    value: 'HOST:PORT',
    text: 'where to listen; :PORT is 127.0.0.1, port 0 lets the system choose [127.0.0.1:8000]',
  },
  profile: {
    type: 'string',
    value: 'sync|async',
    text: 'how to call the application [its module says so, else sync]',
  },
  'script-name': {
    type: 'string',
    value: '/PATH',
    text: 'where the application is mounted [at the root]',
  },
  help: { type: 'boolean', short: 'h', text: 'show this text' },
  version: { type: 'boolean', short: 'v', text: 'show the version' },
} as const satisfies Readonly<Record<string, Flag>>;

/** What the command line says. */
export interface CommandLine {
  readonly positionals: readonly string[];
  readonly bind: string | undefined;
  readonly profile: string | undefined;
  readonly scriptName: string | undefined;
  readonly help: boolean;
  readonly version: boolean;
}

/** Parses the arguments. Throws a CommandError with exit code 2. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: FLAGS,
      allowPositionals: true,
    });
    return {
      positionals,
      bind: values.bind,
      profile: values.profile,
      scriptName: values['script-name'],
      help: values.help ?? false,
      version: values.version ?? false,
    };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new CommandError(EXIT.usage, firstSentence(text), { cause: error });
  }
}

// Node's own advice on quoting dashes helps nobody here.
function firstSentence(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replace(/(\.|\?) To specify.*$/, '$1')
    .replace(/\.$/, '');
}

/** The help text. */
export function helpText(): string {
  const rows = Object.entries<Flag>(FLAGS).map(([name, flag]) => {
    const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
    const left = `${short}--${name}${flag.value === undefined ? '' : ` ${flag.value}`}`;
    return `  ${left.padEnd(28)} ${flag.text}`;
  });
  return [
    'Usage: tsgi serve FILE[:EXPORT] [options]',
    '',
    'Serves the TSGI application that FILE exports: EXPORT where it is given, else the default',
    'export, else app, else application.',
    '',
    'Options:',
    ...rows,
    '',
    'Exit codes: 0 stopped by SIGTERM or SIGINT, 1 failure, 2 wrong usage, 4 the application',
    'cannot be loaded, 5 the address cannot be listened on.',
    '',
  ].join('\n');
}
