import { CommandError, EXIT } from '../cli/command-error.ts';
import { takesFlag } from './argv.ts';
import { kindOf } from './kinds/table.ts';
import { labelOf, type Origin } from './origin.ts';
import type { CommandName } from './row.ts';
import { SETTINGS, type SettingName, type Settings } from './table.ts';

/** Where the value of each setting came from. */
export type Origins = Readonly<Record<SettingName, Origin>>;

interface Values {
  readonly settings: Settings;
  /** Whether somebody gave the setting. */
  readonly isGiven: (name: SettingName) => boolean;
}

interface Rule {
  /** The settings that cannot go together: those whose origin the message tells. */
  readonly names: (values: Values) => readonly SettingName[];
  readonly says: string;
}

/** Each rule gives the settings that conflict, or none; the first that gives any is told. */
const RULES: readonly Rule[] = [
  {
    names: ({ settings }) => {
      const ofHttp = HTTP_ALONE.filter((name) => !FOR_ALL.has(settings[name]));
      return settings.protocol !== 'http' && ofHttp.length > 0 ? ['protocol', ...ofHttp] : [];
    },
    says: 'FastCGI, SCGI and uwsgi come from a web server, and TLS, HTTP/2 and the PROXY protocol end there',
  },
  {
    names: ({ settings }) =>
      settings.protocol === 'http' && settings.pathSource !== 'auto'
        ? ['pathSource', 'protocol']
        : [],
    says: 'a request of HTTP has its path in one place; variables come with fastcgi, scgi and uwsgi',
  },
  {
    names: ({ settings }) =>
      settings.certfile === undefined
        ? (['keyfile', 'clientCa'] as const).filter((name) => settings[name] !== undefined)
        : [],
    says: 'there is no TLS without --certfile',
  },
  {
    names: ({ settings }) =>
      settings.http2 === true && settings.certfile === undefined ? ['http2'] : [],
    says: 'there is no HTTP/2 without TLS, and no TLS without --certfile',
  },
  {
    names: ({ settings }) =>
      settings.transport === 'net' && settings.certfile !== undefined
        ? ['transport', 'certfile']
        : [],
    says: 'the net transport does not speak TLS; node-http does',
  },
  {
    names: ({ settings, isGiven }) => {
      const needs = NEED_WORKERS.filter((name) => isGiven(name) && settings[name] !== 0);
      return settings.workers === 0 && needs.length > 0 ? ['workers', ...needs] : [];
    },
    says: 'without workers there is no process to replace; --workers 1 has one',
  },
  {
    names: ({ settings }) =>
      settings.maxRequestsJitter > 0 && settings.maxRequests === 0 ? ['maxRequestsJitter'] : [],
    says: 'there is no --max-requests to add to',
  },
  {
    names: ({ settings }) => (settings.bind.length === 0 ? ['bind'] : []),
    says: 'there is nowhere to listen',
  },
  {
    names: ({ settings }) => {
      const fixed = settings.bind.map(printAddress).filter((text) => !text.endsWith(':0'));
      return new Set(fixed).size < fixed.length ? ['bind'] : [];
    },
    says: 'an address is there twice',
  },
  {
    names: ({ settings }) => {
      const metrics = settings.metricsBind === undefined ? '' : printAddress(settings.metricsBind);
      const taken = !metrics.endsWith(':0') && settings.bind.map(printAddress).includes(metrics);
      return taken ? ['metricsBind', 'bind'] : [];
    },
    says: 'the address is the same; the metrics need one of their own',
  },
  {
    names: ({ settings }) => (settings.metricsBind === 'systemd' ? ['metricsBind'] : []),
    says: 'the metrics have one address; systemd may pass several sockets',
  },
  {
    names: ({ settings }) => {
      const { forwardedAllowIps: networks } = settings;
      return networks.includes('*') && networks.length > 1 ? ['forwardedAllowIps'] : [];
    },
    says: '* is everyone and stands alone',
  },
];

/** What there is of HTTP only. */
const HTTP_ALONE = [
  'transport',
  'certfile',
  'keyfile',
  'clientCa',
  'http2',
  'proxyProtocol',
] as const satisfies readonly SettingName[];

/** What these are where they ask for nothing. */
const FOR_ALL: ReadonlySet<unknown> = new Set([undefined, false, 'off', 'net']);

/** What a process does to its workers, and cannot do to itself. */
const NEED_WORKERS = [
  'timeout',
  'bootTimeout',
  'maxRequests',
  'maxRequestsJitter',
  'maxRss',
  'maxWorkerLifetime',
] as const satisfies readonly SettingName[];

const ADDRESS = kindOf(SETTINGS.bind);

function printAddress(address: Settings['bind'][number]): string {
  return ADDRESS.print(address);
}

/** Refuses settings that exclude each other. Throws a CommandError with exit code 2. */
export function checkConflicts(settings: Settings, origins: Origins, command: CommandName): void {
  const isGiven = (name: SettingName): boolean => origins[name].source !== 'default';
  for (const { names, says } of RULES) {
    const found = names({ settings, isGiven });
    const takesAll = found.every((name) => takesFlag(command, name, SETTINGS[name]));
    if (found.length > 0 && takesAll) {
      const list = found.map((name) => labelOf(name, origins[name])).join(', ');
      throw new CommandError(EXIT.usage, `${list}: ${says}`);
    }
  }
}
