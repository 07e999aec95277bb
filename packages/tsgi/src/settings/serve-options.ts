import { readFileSync } from 'node:fs';
import type { ListenAddress, ServeOptions, TlsOptions } from '@tsgi/server';
import { CommandError, EXIT } from '../cli/command-error.ts';
import { systemdDescriptors } from './systemd.ts';
import type { Settings } from './table.ts';

/**
 * The options of the server that the settings stand for, with TLS files read and the sockets of
 * systemd resolved. Throws a CommandError with exit code 2 where that cannot be done.
 */
export function serveOptions(settings: Settings): ServeOptions {
  const { profile, transport } = settings;
  return {
    listen: listenAddresses(settings),
    tls: readTls(settings),
    scriptName: settings.scriptName,
    ...(profile === undefined ? {} : { profile }),
    ...(transport === undefined ? {} : { transport }),
    ...pick(settings, SAME_NAMES),
  };
}

/** The settings that the server has under the same names. */
const SAME_NAMES = [
  'keepAliveTimeout',
  'headersTimeout',
  'requestTimeout',
  'bodyTimeout',
  'writeTimeout',
  'gracefulTimeout',
  'shutdownTimeout',
  'cleanupTimeout',
  'drainTimeout',
  'maxBodySize',
  'bodyMemory',
  'maxHeaderSize',
  'maxRequestLine',
  'maxFieldSize',
  'maxFields',
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
