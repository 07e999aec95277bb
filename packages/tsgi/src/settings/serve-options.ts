import { readFileSync } from 'node:fs';
import type { CgiOptions, ListenAddress, ServeOptions, TlsOptions } from '@tsgi/server';
import { CommandError, EXIT } from '../cli/command-error.ts';
import { systemdDescriptors } from './systemd.ts';
import type { Settings } from './table.ts';

/**
 * The options of the server that the settings stand for, with TLS files read and the sockets of
 * systemd resolved. Throws a CommandError with exit code 2 where that cannot be done.
 */
export function serveOptions(settings: Settings): ServeOptions {
  const { profile, transport, scriptName, protocol, pathSource } = settings;
  return {
    listen: listenAddresses(settings),
    tls: readTls(settings),
    protocol,
    pathSource,
    ...(scriptName === undefined ? {} : { scriptName }),
    ...(profile === undefined ? {} : { profile }),
    ...(transport === undefined ? {} : { transport }),
    ...pick(settings, SAME_NAMES),
  };
}

/** The options with which one request is answered by CGI. */
export function cgiOptions(settings: Settings): CgiOptions {
  const { scriptName, pathSource } = settings;
  return {
    pathSource,
    ...(scriptName === undefined ? {} : { scriptName }),
    ...pick(settings, NAMES_OF_CGI),
  };
}

/** The settings that one request alone is subject to. */
const NAMES_OF_CGI = [
  'requestTimeout',
  'bodyTimeout',
  'writeTimeout',
  'shutdownTimeout',
  'cleanupTimeout',
  'maxBodySize',
  'bodyMemory',
  'maxHeaderSize',
  'maxRequestLine',
  'maxFieldSize',
  'maxFields',
] as const satisfies ReadonlyArray<keyof Settings & keyof CgiOptions>;

/** The settings that the server has under the same names. */
const SAME_NAMES = [
  ...NAMES_OF_CGI,
  'keepAliveTimeout',
  'headersTimeout',
  'gracefulTimeout',
  'drainTimeout',
  'drainLimit',
  'maxRequestsPerConnection',
  'maxConnections',
] as const satisfies ReadonlyArray<keyof Settings & keyof ServeOptions>;

function pick<Name extends keyof Settings>(
  settings: Settings,
  names: readonly Name[],
): Pick<Settings, Name> {
  return Object.fromEntries(names.map((name) => [name, settings[name]])) as Pick<Settings, Name>;
}

/** Where to listen, in order. Throws a CommandError with exit code 2 where systemd passed nothing. */
export function listenAddresses({ bind }: Pick<Settings, 'bind'>): readonly ListenAddress[] {
  return bind.flatMap((address) =>
    address === 'systemd' ? systemdDescriptors(process.env).map((fd) => ({ fd })) : [address],
  );
}

function readTls({ certfile, keyfile, clientCa, http2 }: Settings): TlsOptions | undefined {
  if (certfile === undefined) {
    return undefined;
  }
  return {
    cert: readFile('certfile', certfile),
    key: readFile('keyfile', keyfile ?? certfile),
    ...(clientCa === undefined
      ? {}
      : { ca: readFile('client-ca', clientCa), requestCert: true, rejectUnauthorized: true }),
    ...(http2 === undefined ? {} : { http2 }),
  };
}

function readFile(flag: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { message } = error as Error;
    throw new CommandError(EXIT.usage, `--${flag} takes a readable file: ${message}`, {
      cause: error,
    });
  }
}
