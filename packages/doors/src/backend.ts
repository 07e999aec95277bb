import { TSGI } from './configuration.ts';
import type { Address } from './listening.ts';
import { Program, type ProgramOptions } from './program.ts';

/** A TSGI server behind a front. */
export interface BackendOptions extends Pick<ProgramOptions, 'env' | 'ownGroup' | 'onOutput'> {
  readonly app: string;
  readonly protocol: 'http' | 'fastcgi' | 'scgi' | 'uwsgi';
  readonly listens: Address;
  readonly folder: string;
  /** More words of `tsgi serve`. */
  readonly flags?: readonly string[];
  /** Words before its command, such as those of taskset. */
  readonly prefix?: readonly string[];
}

/** The address as `--bind` takes it. */
export function bindOf(address: Address): string {
  return 'port' in address ? `127.0.0.1:${address.port}` : `unix:${address.path}`;
}

/** One process, which reads and writes nothing but what it is asked for. */
const QUIETLY = '--workers 0 --config none --access-log off --control-socket off'.split(' ');

/** Starts `tsgi serve` in one process. */
export function startBackend(options: BackendOptions): Promise<Program> {
  const { app, protocol, listens, folder, flags = [], prefix = [], ...rest } = options;
  const bind = bindOf(listens);
  const trusted = protocol === 'http' ? ['--forwarded-allow-ips', '*'] : ['--protocol', protocol];
  const words = [TSGI, 'serve', app, '--bind', bind, ...trusted, ...QUIETLY, ...flags];
  const [program = '', ...args] = [...prefix, process.execPath, ...words];
  return Program.start({
    name: `tsgi serve --bind ${bind}`,
    command: [program, ...args],
    cwd: folder,
    listens,
    ...rest,
  });
}
