import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bindOf, startBackend } from './backend.ts';
import { printConfiguration, TSGI } from './configuration.ts';
import { type Door, type DoorId, DOORS } from './doors.ts';
import { startFront } from './front.ts';
import { type Address, findFreePort } from './listening.ts';
import type { Program, ProgramOptions } from './program.ts';

/** What stands behind a door, and where it is kept. */
export interface OpenOptions extends Pick<ProgramOptions, 'env' | 'ownGroup' | 'onOutput'> {
  /** The absolute path of the module of the application. */
  readonly app: string;
  /** A folder of its own for everything that is written. */
  readonly folder: string;
  /** One that is free, if not given. */
  readonly port?: number;
  /** Settings of the application and its server, as flags of the command. */
  readonly flags?: readonly string[];
  /** More words for `tsgi init`. */
  readonly init?: readonly string[];
  /** What a test adds to the configuration. */
  readonly amend?: (configuration: string) => string;
  /** How many servers the front spreads requests over; one if not given. */
  readonly servers?: number;
  /** Words before the command of each program, such as those of taskset. */
  readonly prefix?: readonly string[];
}

/** A front server with an application behind it. */
export interface OpenDoor {
  readonly url: string;
  readonly front: Program;
  /** None where the front starts a program for each request. */
  readonly backends: readonly Program[];
  /** Ends everything in order; rejects where something does not. */
  readonly close: () => Promise<void>;
}

/** Opens a door with exactly the configuration that `tsgi init` prints. */
export async function openDoor(id: DoorId, options: OpenOptions): Promise<OpenDoor> {
  const { folder, flags = [], init = [], servers = 1 } = options;
  const door = DOORS[id];
  const { protocol } = door;
  mkdirSync(folder, { recursive: true });
  const port = options.port ?? (await findFreePort());
  const isCgi = protocol === 'cgi';
  const app = isCgi ? writeProgram(folder, options) : options.app;
  const sockets: Address[] = [];
  for (let index = 0; index < (isCgi ? 0 : servers); index += 1) {
    sockets.push(await chooseAddress(door, join(folder, `app-${index}.sock`)));
  }
  const place = sockets.flatMap((socket) => ['--upstream', bindOf(socket)]);
  const site = { app, directory: folder, port, flags: [...place, ...flags, ...init] };
  const start = pick(options);
  const [printed, ...backends] = await Promise.all([
    printConfiguration(door, site),
    ...sockets.map((listens) =>
      startBackend({ ...start, app, protocol: protocol as 'http', folder, flags, listens }),
    ),
  ]);
  const { env: _env, ...how } = start;
  const front = await startFront(door.front, {
    ...how,
    configuration: options.amend?.(printed) ?? printed,
    folder: join(folder, 'front'),
    port,
  });
  return {
    url: `http://127.0.0.1:${port}`,
    front,
    backends,
    close: async () => {
      await front.stop();
      await Promise.all(backends.map((backend) => backend.stop()));
    },
  };
}

/**
 * By SCGI and uwsgi only a reset tells of a response that is cut short, which Unix sockets do not
 * have. nginx heeds it; Apache takes it now for an error and now for the end, so it gets none.
 */
async function chooseAddress({ front, protocol }: Door, path: string): Promise<Address> {
  const needsResets = front === 'nginx' && (protocol === 'scgi' || protocol === 'uwsgi');
  return needsResets ? { port: await findFreePort() } : { path };
}

type Shared = Pick<OpenOptions, 'env' | 'ownGroup' | 'onOutput' | 'prefix'>;

function pick({ env, ownGroup, onOutput, prefix }: OpenOptions): Shared {
  return {
    ...(env === undefined ? {} : { env: { ...process.env, ...env } }),
    ...(ownGroup === undefined ? {} : { ownGroup }),
    ...(onOutput === undefined ? {} : { onOutput }),
    ...(prefix === undefined ? {} : { prefix }),
  };
}

/** The application as a program that a web server can start, with the command where it looks. */
function writeProgram(folder: string, { app, env = {} }: OpenOptions): string {
  const programs = join(folder, 'node_modules/.bin');
  mkdirSync(programs, { recursive: true });
  symlinkSync(TSGI, join(programs, 'tsgi'));
  symlinkSync(process.execPath, join(programs, 'node'));
  const module = JSON.stringify(pathToFileURL(app).href);
  // A web server hands on little of its own environment; what is imported first runs first.
  const environment = `Object.assign(process.env, ${JSON.stringify(env)});\n`;
  writeFileSync(join(folder, 'environment.mjs'), environment);
  const lines = [
    '#!/usr/bin/env -S tsgi cgi',
    `import './environment.mjs';`,
    `import * as module from ${module};`,
    `export * from ${module};`,
    'export default module.default ?? module.app ?? module.application;',
    '',
  ];
  const file = join(folder, 'application.mjs');
  writeFileSync(file, lines.join('\n'));
  chmodSync(file, 0o755);
  return file;
}
