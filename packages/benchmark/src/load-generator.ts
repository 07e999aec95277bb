import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type LoadCount, parseAutocannonOutput, parseWrkOutput } from './load-output.ts';
import { findProgram, PEERS_FOLDER, readVersion } from './locate-peer.ts';

/** One load: connections that each send the next request when the last one is answered. */
export interface Load {
  readonly url: string;
  readonly connections: number;
  /** Whole seconds. */
  readonly seconds: number;
  readonly headers?: ReadonlyArray<readonly [name: string, value: string]>;
  /** Posts a body of this many octets; GET where absent. */
  readonly post?: number;
}

/** What makes the load. */
export interface LoadGenerator {
  readonly name: GeneratorName;
  readonly version: string;
  readonly run: (load: Load) => Promise<LoadCount>;
}

/** The load generators there are. */
export type GeneratorName = 'wrk' | 'autocannon';

const POST_SCRIPT = fileURLToPath(new URL('../load/post.lua', import.meta.url));
const AUTOCANNON = join(PEERS_FOLDER, 'node_modules/autocannon/autocannon.js');
/** Beyond the seconds of the load, for a generator that hangs. */
const GRACE = 30_000;
const MAX_OUTPUT = 16 * 1024 * 1024;
const run = promisify(execFile);

/** The arguments of wrk for a load. */
export function wrkArguments(load: Load): string[] {
  const headers = (load.headers ?? []).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const fixed = ['-t1', `-c${load.connections}`, `-d${load.seconds}s`, '--timeout', '10s'];
  return load.post === undefined
    ? [...fixed, ...headers, load.url]
    : [...fixed, ...headers, '-s', POST_SCRIPT, load.url, '--', String(load.post)];
}

/** The arguments of autocannon for a load. */
export function autocannonArguments(load: Load): string[] {
  const headers = (load.headers ?? []).flatMap(([name, value]) => ['-H', `${name}=${value}`]);
  const fixed = ['--json', '--no-progress', '-c', String(load.connections)];
  const body =
    load.post === undefined
      ? []
      : ['-m', 'POST', '-H', 'Content-Type=application/octet-stream', '-b', 'x'.repeat(load.post)];
  return [...fixed, '-d', String(load.seconds), ...headers, ...body, load.url];
}

/** Finds a generator: the one named, or wrk where it is installed, else autocannon. */
export function findGenerator(name?: GeneratorName): LoadGenerator {
  const wrk = findProgram('wrk');
  return name === 'autocannon' || wrk === undefined ? autocannon() : ofWrk(wrk);
}

function ofWrk(program: string): LoadGenerator {
  // without arguments wrk prints its version and fails
  const { stdout } = spawnSync(program, ['-v'], { encoding: 'utf8' });
  return {
    name: 'wrk',
    version: /^wrk (\S+)/.exec(stdout)?.[1] ?? 'unknown',
    run: async (load) => parseWrkOutput(await outputOf(program, wrkArguments(load), load.seconds)),
  };
}

function autocannon(): LoadGenerator {
  return {
    name: 'autocannon',
    version: readVersion('autocannon') ?? 'unknown',
    run: async (load) => {
      const args = [AUTOCANNON, ...autocannonArguments(load)];
      return parseAutocannonOutput(await outputOf(process.execPath, args, load.seconds));
    },
  };
}

async function outputOf(program: string, args: string[], seconds: number): Promise<string> {
  const { stdout } = await run(program, args, {
    timeout: seconds * 1000 + GRACE,
    maxBuffer: MAX_OUTPUT,
  });
  return stdout;
}
