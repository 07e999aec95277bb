import type { FlagRow } from './row.ts';
import type { ValueOf } from './table.ts';

/** The flags that are no settings: they say what one run of a command does. */
export const FLAGS = {
  help: {
    kind: 'boolean',
    short: 'h',
    commands: [
      'serve',
      'dev',
      'cgi',
      'fetch',
      'check',
      'ctl',
      'config',
      'doctor',
      'init',
      'completion',
      'help',
    ],
    text: 'show the help of the command',
  },
  version: {
    kind: 'boolean',
    short: 'v',
    commands: [
      'serve',
      'dev',
      'cgi',
      'fetch',
      'check',
      'ctl',
      'config',
      'doctor',
      'init',
      'completion',
      'help',
    ],
    text: 'show the version',
  },
  request: {
    kind: 'text',
    short: 'X',
    value: 'METHOD',
    commands: ['fetch'],
    text: 'the method [GET; POST with --data]',
  },
  header: {
    kind: 'text',
    list: true,
    short: 'H',
    value: 'NAME: VALUE',
    commands: ['fetch'],
    text: 'a field of the request; may be repeated',
  },
  data: {
    kind: 'text',
    short: 'd',
    value: 'TEXT|@FILE',
    commands: ['fetch'],
    text: 'the body of the request; @FILE is the content of FILE, @- that of standard input',
  },
  include: {
    kind: 'boolean',
    short: 'i',
    commands: ['fetch'],
    text: 'show status and header fields before the body',
  },
  requests: {
    kind: 'count',
    commands: ['check'],
    text: 'how many requests are made under lint [each of a list once]',
  },
  socket: {
    kind: 'file',
    short: 's',
    commands: ['ctl'],
    text: 'the control socket of the server',
  },
  json: {
    kind: 'boolean',
    short: 'j',
    commands: ['check', 'ctl', 'config', 'doctor'],
    text: 'write JSON',
  },
  schema: {
    kind: 'boolean',
    commands: ['config'],
    text: 'write the JSON schema of configuration files',
  },
  explain: {
    kind: 'text',
    value: 'NAME',
    commands: ['config'],
    text: 'tell all about one setting',
  },
  serverName: {
    kind: 'text',
    list: true,
    value: 'NAME',
    commands: ['init'],
    text: 'a host name that the web server answers for; may be repeated',
  },
  listen: {
    kind: 'address',
    commands: ['init'],
    text: 'where the web server listens [port 80; 443 with --certfile]',
  },
  upstream: {
    kind: 'address',
    list: true,
    commands: ['init'],
    text: 'a TSGI server behind the web server; may be repeated [--bind]',
  },
  static: {
    kind: 'text',
    list: true,
    value: 'DIR=/URL',
    commands: ['init'],
    text: 'files that the web server serves itself; may be repeated',
  },
  accel: {
    kind: 'text',
    list: true,
    value: 'DIR=/URL',
    commands: ['init'],
    text: 'files that nginx serves where the application answers with X-Accel-Redirect; may be repeated',
  },
  cgi: {
    kind: 'boolean',
    commands: ['init'],
    text: 'let Apache run the application by CGI, a process for each request',
  },
  standalone: {
    kind: 'boolean',
    commands: ['init'],
    text: 'write a whole configuration, for a web server of its own in a directory of its own',
  },
  user: {
    kind: 'text',
    value: 'NAME',
    commands: ['init'],
    text: 'the user that the processes run as',
  },
  name: {
    kind: 'text',
    value: 'NAME',
    commands: ['init'],
    text: 'what groups of servers and units are called [the name of FILE]',
  },
  part: {
    kind: 'text',
    value: 'PART',
    commands: ['init'],
    text: 'one file of several: socket or service, dockerfile or dockerignore',
  },
} as const;

/** The rows of that table in its order. */
export const FLAG_ROWS: ReadonlyArray<readonly [FlagName, FlagRow]> = Object.entries(
  FLAGS satisfies Readonly<Record<string, FlagRow>>,
) as ReadonlyArray<readonly [FlagName, FlagRow]>;

/** The name of a flag that is no setting. */
export type FlagName = keyof typeof FLAGS;

/** The flags that were given; the others are absent. */
export type Flags = {
  readonly [Name in FlagName]?: (typeof FLAGS)[Name] extends { readonly list: true }
    ? readonly ValueOf<(typeof FLAGS)[Name]>[]
    : ValueOf<(typeof FLAGS)[Name]>;
};
