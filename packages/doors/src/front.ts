import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apacheCommand } from './apache.ts';
import type { Door } from './doors.ts';
import { requireProgram } from './find-program.ts';
import { Program, type ProgramOptions } from './program.ts';

/** A front server with its whole configuration. */
export interface FrontOptions extends Pick<ProgramOptions, 'ownGroup' | 'onOutput'> {
  readonly configuration: string;
  /** A folder of its own, where everything is kept that it writes. */
  readonly folder: string;
  /** Where the configuration lets it listen. */
  readonly port: number;
  /** Words before its command, such as those of taskset. */
  readonly prefix?: readonly string[];
}

/** Starts nginx or Apache in a folder, as whoever runs this. */
export async function startFront(
  front: Door['front'],
  { configuration, folder, port, prefix = [], ...rest }: FrontOptions,
): Promise<Program> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${front}.conf`);
  writeFileSync(file, configuration);
  const [first, ...words] = [...prefix, ...commandOf(front, folder, file)];
  return Program.start({
    name: front,
    command: [first ?? '', ...words],
    cwd: folder,
    listens: { port },
    logFile: join(folder, 'error.log'),
    ...rest,
  });
}

function commandOf(front: Door['front'], folder: string, file: string): readonly string[] {
  return front === 'nginx'
    ? [requireProgram('nginx'), '-p', folder, '-e', 'stderr', '-c', file]
    : [...apacheCommand(), '-d', folder, '-f', file, '-c', WAITING, '-D', 'FOREGROUND'];
}

/**
 * Apache leaves the connection of a response that was cut short open for this time, 5 s if nothing is
 * said: no judge waits so long, however busy the machine is, and so they all see the same.
 */
const WAITING = 'KeepAliveTimeout 60';
