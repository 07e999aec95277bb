import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '../src/cli/main.ts';

/** The folder of the package. */
export const KIT = fileURLToPath(new URL('..', import.meta.url));
/** The adapter of the kit's own server; a query breaks one thing in it. */
export const SEAM_SERVER = join(KIT, 'adapters/seam-server.mjs');
/** Milliseconds for a test that runs the kit as a process. */
export const LIMIT = 300_000;

/** What came of a process. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program of Node.js. */
export function runNode(args: readonly string[], cwd: string = KIT): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd, maxBuffer: 1e8, env: { ...process.env, NO_COLOR: '1' } };
    execFile(process.execPath, args, options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** Runs the command of the kit in this process: for what needs no server. */
export async function runMain(...args: readonly string[]): Promise<Ended> {
  const ended = { out: '', err: '' };
  const code = await main(args, {
    out: (text) => (ended.out += text),
    err: (text) => (ended.err += text),
  });
  return { code, ...ended };
}

/** Runs the command of the kit. */
export function runKit(...args: readonly string[]): Promise<Ended> {
  return runNode([join(KIT, 'bin/tsgi-conformance.mjs'), ...args]);
}
