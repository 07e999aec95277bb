import { basename, isAbsolute, resolve } from 'node:path';
import { splitSpecifier } from '../cli/load-application.ts';
import type { BindAddress } from '../settings/kinds/kind.ts';
import { SETTING_ROWS, type SettingName, type Settings } from '../settings/table.ts';
import type { InitInput, ServedDirectory } from './init-input.ts';
import {
  HOST,
  HOST_NAME,
  matching,
  NAME,
  oneLine,
  PLAIN_PATH,
  refuse,
  USER_NAME,
} from './refuse.ts';

/** An address that a web server can connect to. */
export type PeerAddress =
  | { readonly host: string; readonly port: number }
  | { readonly path: string };

/** An input whose values were looked at, with everything that follows from them. */
export interface Plan extends Omit<InitInput, 'settings' | 'inFile'> {
  readonly settings: Settings;
  /** Whether somebody gave the setting other than by the configuration file. */
  readonly isGiven: (name: SettingName) => boolean;
  readonly name: string;
  /** `''` or a path without a slash at its end. */
  readonly mount: string;
  readonly serverName: readonly string[];
  readonly static: readonly ServedDirectory[];
  readonly accel: readonly ServedDirectory[];
}

const DEFAULTS = Object.fromEntries(SETTING_ROWS.map(([name, row]) => [name, row.default]));

/** Looks at every value. Throws a CommandError with exit code 2 for one that cannot be written. */
export function planOf(input: InitInput): Plan {
  const { settings: given = {}, inFile = [], app, directory } = input;
  const settings = { ...DEFAULTS, ...definedOf(given) } as Settings;
  const mount = settings.scriptName ?? '';
  if (mount !== '') {
    matching('--script-name', mount, PLAIN_PATH);
  }
  if (!isAbsolute(directory)) {
    throw refuse(`the directory of the application is an absolute path; got ${directory}`);
  }
  oneLine('FILE', app);
  oneLine('the directory', directory);
  const { certfile, keyfile, clientCa } = settings;
  [certfile, keyfile, clientCa].forEach((file) => oneLine('the name of a file', file ?? ''));
  return {
    ...input,
    settings,
    isGiven: (name) => given[name] !== undefined && !inFile.includes(name),
    mount,
    name: matching('--name', input.name ?? nameOf(app), NAME),
    serverName: (input.serverName ?? []).map((name) => matching('--server-name', name, HOST_NAME)),
    static: (input.static ?? []).map((one) => checkDirectory('--static', one, directory)),
    accel: (input.accel ?? []).map((one) => checkDirectory('--accel', one, directory)),
    user: input.user === undefined ? undefined : matching('--user', input.user, USER_NAME),
  };
}

function definedOf(given: Partial<Settings>): Partial<Settings> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

// src/My app.js → My-app
function nameOf(app: string): string {
  const stem = basename(splitSpecifier(app).file).replace(/\.[^.]*$/, '');
  return stem.replaceAll(/[^A-Za-z0-9_-]+/g, '-').replaceAll(/^[-_]+|-+$/g, '') || 'app';
}

function checkDirectory(flag: string, one: ServedDirectory, base: string): ServedDirectory {
  return {
    directory: oneLine(flag, resolve(base, one.directory)),
    url: matching(`the path of ${flag}`, one.url, PLAIN_PATH),
  };
}

/** The absolute path of the file of the application. */
export function fileOf({ app, directory }: Plan): string {
  return resolve(directory, splitSpecifier(app).file);
}

/** The addresses of the TSGI servers. Throws where one of them is none that can be connected to. */
export function upstreamsOf({ upstream, settings }: Plan): readonly PeerAddress[] {
  const [flag, addresses] =
    upstream === undefined || upstream.length === 0
      ? ['--bind', settings.bind]
      : ['--upstream', upstream];
  return addresses.map((address) => peerOf(flag, address));
}

/** Everywhere is no place to connect to: this machine stands for it. */
const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

function peerOf(flag: string, address: BindAddress): PeerAddress {
  if (address === 'systemd' || 'fd' in address) {
    const got = address === 'systemd' ? address : `fd://${address.fd}`;
    throw refuse(`${flag} ${got} is no address to connect to; --upstream names one`);
  }
  if ('path' in address) {
    return { path: oneLine(flag, address.path) };
  }
  if (address.port === 0) {
    throw refuse(`${flag} has port 0, which the system chooses; --upstream names the real one`);
  }
  const host = matching(flag, address.host, HOST);
  return { host: LOOPBACK[host] ?? host, port: address.port };
}

/** `127.0.0.1:8000`, `[::1]:8000`. */
export function hostAndPort({
  host,
  port,
}: {
  readonly host: string;
  readonly port: number;
}): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A duration of the settings in whole seconds, at least 1; 0, which is any time, is `any`. */
export function secondsOf(milliseconds: number, any: number): number {
  return milliseconds === 0 ? any : Math.max(1, Math.ceil(milliseconds / 1000));
}

/** A day: what stands for any time where a web server has no word for it. */
export const ANY_TIME: number = 86_400;

/** How long an answer may keep a web server waiting, in seconds: longer than a worker may be stuck. */
export function answerTimeOf({ timeout }: Settings): number {
  return timeout === 0 ? ANY_TIME : Math.max(60, Math.ceil(timeout / 1000) + 30);
}

/** How long a web server keeps idle connections to the server, in seconds; undefined for not at all. */
export function idleTimeOf({ keepAliveTimeout }: Settings): number | undefined {
  const seconds = keepAliveTimeout === 0 ? 60 : Math.floor((keepAliveTimeout * 0.8) / 1000);
  return seconds < 1 ? undefined : Math.min(60, seconds);
}
