import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/tsgi.mjs', import.meta.url));

/** The folder of the applications of the tests. */
export const FIXTURES: string = fileURLToPath(new URL('fixtures', import.meta.url));

const children: ChildProcess[] = [];

/** A running command. */
export interface Command {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
  /** Resolves when standard output has the text; rejects when the process ends before. */
  readonly until: (text: string) => Promise<string>;
  readonly exit: Promise<number | null>;
}

/** Where and with which variables a command runs; the variables replace those of the tests. */
export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Options of Node.js. */
  readonly execArgv?: readonly string[];
}

/** Starts the command in the folder of the fixtures. */
export function tsgi(...args: string[]): Command {
  return tsgiIn({}, ...args);
}

/** Starts the command in other surroundings. */
export function tsgiIn({ cwd, env, execArgv = [] }: Surroundings, ...args: string[]): Command {
  const child = spawn(process.execPath, [...execArgv, BIN, ...args], {
    cwd: cwd ?? FIXTURES,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  const until = async (text: string): Promise<string> => {
    while (!output.includes(text)) {
      const ended = await Promise.race([
        once(child.stdout, 'data').then(() => false),
        exit.then(() => true),
      ]);
      if (ended && !output.includes(text)) {
        throw new Error(`ended without ${text}: ${output}${errors}`);
      }
    }
    return output;
  };
  return { child, output: () => output, errors: () => errors, until, exit };
}

/** Ends the commands that still run: for `afterEach`. */
export function endCommands(): void {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
  }
}
