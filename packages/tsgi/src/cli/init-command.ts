import { resolve } from 'node:path';
import { didYouMean } from '../settings/did-you-mean.ts';
import type { InitInput, InitKind, ServedDirectory } from '../init/init-input.ts';
import { INIT_KINDS, writeInit } from '../init/write-init.ts';
import { checkConflicts } from '../settings/conflicts.ts';
import type { Resolved } from '../settings/resolved.ts';
import { SETTING_ROWS, type SettingName, type Settings } from '../settings/table.ts';
import { CommandError, EXIT } from './command-error.ts';

/** `tsgi init KIND [FILE]`: writes a configuration for the application to standard output. */
export function initCommand(resolved: Resolved): Promise<number> {
  const kind = readKind(resolved.operands);
  checkServer(kind, resolved);
  process.stdout.write(writeInit(kind, inputOf(kind, resolved)));
  return Promise.resolve(EXIT.ok);
}

function readKind([kind]: readonly string[]): InitKind {
  const list = INIT_KINDS.join(', ');
  if (kind === undefined) {
    throw usage(`init takes one of ${list}`);
  }
  const found = INIT_KINDS.find((name) => name === kind);
  if (found === undefined) {
    throw usage(`init takes one of ${list}; got ${kind}${didYouMean(kind, INIT_KINDS)}`);
  }
  return found;
}

const FRONTS: ReadonlySet<string> = new Set(['nginx', 'apache']);

/** What a web server in front does in place of the server. */
const OF_THE_FRONT = ['certfile', 'keyfile', 'clientCa', 'http2'] as const;

// The certificate of a configuration for nginx is that of nginx: what stands behind it has none.
function checkServer(kind: InitKind, { settings, origins }: Resolved): void {
  if (FRONTS.has(kind)) {
    const bare = Object.fromEntries(OF_THE_FRONT.map((name) => [name, undefined]));
    checkConflicts({ ...settings, ...bare }, origins, 'init');
    if (settings.certfile === undefined && settings.keyfile !== undefined) {
      throw usage('--keyfile: there is no TLS without --certfile');
    }
  } else {
    checkConflicts(settings, origins, 'init');
  }
}

function inputOf(kind: InitKind, { settings, origins, flags, cwd }: Resolved): InitInput {
  const directory = resolve(cwd, settings.chdir ?? '.');
  const given = SETTING_ROWS.map(([name]) => name).filter(
    (name) => origins[name].source !== 'default',
  );
  return {
    app: applicationOf(kind, settings, flags.cgi === true),
    directory,
    settings: Object.fromEntries(given.map((name) => [name, pathsFrom(cwd, name, settings)])),
    inFile: given.filter((name) => origins[name].source === 'file'),
    name: flags.name,
    serverName: flags.serverName ?? [],
    listen: flags.listen,
    upstream: flags.upstream ?? [],
    static: (flags.static ?? []).map((text) => readDirectory('--static', text)),
    accel: (flags.accel ?? []).map((text) => readDirectory('--accel', text)),
    cgi: flags.cgi === true,
    standalone: flags.standalone === true,
    user: flags.user,
    part: flags.part,
  };
}

// What only names a group of servers need not be there.
function applicationOf(kind: InitKind, { app }: Settings, cgi: boolean): string {
  if (app !== undefined) {
    return app;
  }
  if (FRONTS.has(kind) && !cgi) {
    return 'app.js';
  }
  throw usage(`init ${kind} takes FILE, the application; there is none of the usual names`);
}

const FILES: ReadonlySet<string> = new Set(['certfile', 'keyfile', 'clientCa']);

// A web server has a working directory of its own.
function pathsFrom(cwd: string, name: SettingName, settings: Settings): unknown {
  const value = settings[name];
  return FILES.has(name) && typeof value === 'string' ? resolve(cwd, value) : value;
}

function readDirectory(flag: string, text: string): ServedDirectory {
  const at = text.lastIndexOf('=/');
  if (at < 1) {
    throw usage(`${flag} takes DIR=/URL; got ${JSON.stringify(text)}`);
  }
  return { directory: text.slice(0, at), url: text.slice(at + 1).replace(/\/$/, '') || '/' };
}

function usage(message: string): CommandError {
  return new CommandError(EXIT.usage, message);
}
