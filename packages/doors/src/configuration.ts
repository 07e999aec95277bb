import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Door } from './doors.ts';

/** The command of this project, as it is built. */
export const TSGI: string = fileURLToPath(new URL('../../tsgi/bin/tsgi.mjs', import.meta.url));

const run = promisify(execFile);

/** What a configuration is asked for. */
export interface SiteOptions {
  /** The file of the application, seen from `directory`. */
  readonly app: string;
  readonly directory: string;
  /** Where the front server listens. */
  readonly port: number;
  /** More words for `tsgi init`: where the application listens, its mount, files. */
  readonly flags: readonly string[];
}

/** What `tsgi init` prints for a front server of its own in a folder of its own. */
export async function printConfiguration(
  { front, protocol }: Door,
  { app, directory, port, flags }: SiteOptions,
): Promise<string> {
  const spoken = protocol === 'cgi' ? ['--cgi'] : ['--protocol', protocol];
  const user = front === 'nginx' && process.getuid?.() === 0 ? ['--user', 'root'] : [];
  const listen = ['--standalone', '--listen', `127.0.0.1:${port}`];
  const words = ['init', front, app, '--config', 'none', ...spoken, ...listen, ...user, ...flags];
  const { stdout } = await run(process.execPath, [TSGI, ...words], {
    cwd: directory,
  });
  return stdout;
}
