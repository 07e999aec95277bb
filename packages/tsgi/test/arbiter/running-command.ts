import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/tsgi.mjs', import.meta.url));

/** The applications that the tests serve. */
export const FIXTURES: string = fileURLToPath(new URL('fixtures', import.meta.url));

const running: RunningCommand[] = [];
const directories: string[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((command) => command.end()));
  for (const directory of directories.splice(0)) {
    rmSync(directory, { recursive: true, force: true });
  }
});

/** An empty directory that goes when the test ends. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tsgi-test-'));
  directories.push(directory);
  return directory;
}

/** How a command is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A process of the command, and all that it has written. */
export class RunningCommand {
  readonly child: ChildProcess;
  /** The exit code, once the process is gone. */
  readonly exit: Promise<number | null>;
  /** The same, once its workers are gone too and all that they wrote has been read. */
  readonly closed: Promise<number | null>;
  #output = '';
  #errors = '';

  constructor(args: readonly string[], { cwd = FIXTURES, env = {} }: RunOptions = {}) {
    this.child = spawn(process.execPath, [BIN, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
    });
    this.exit = once(this.child, 'exit').then(([code]) => code as number | null);
    this.closed = once(this.child, 'close').then(([code]) => code as number | null);
    running.push(this);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get output(): string {
    return this.#output;
  }

  get errors(): string {
    return this.#errors;
  }

  /** Resolves with the match when either stream has it; rejects when the command ends before. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#errors) ?? pattern.exec(this.#output);
      if (match !== null) {
        return match;
      }
      const { stdout, stderr } = this.child;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`ended without ${pattern}: ${this.#output}${this.#errors}`);
      }
      const stop = new AbortController();
      await Promise.race(
        [stdout, stderr, this.child].map((from, index) =>
          once(from as ChildProcess, index === 2 ? 'close' : 'data', { signal: stop.signal }),
        ),
      );
      stop.abort();
    }
  }

  /** Forgets what was written so far. */
  forget(): void {
    this.#output = '';
    this.#errors = '';
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it, if it still runs. */
  async end(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGKILL');
      await this.exit;
    }
  }
}

/** A server of the command that serves. */
export interface Server {
  readonly command: RunningCommand;
  readonly url: string;
}

/** Starts `tsgi serve` on a port of its own and waits until it serves. */
export async function serve(args: readonly string[], options?: RunOptions): Promise<Server> {
  const command = new RunningCommand(
    ['serve', '--bind', '127.0.0.1:0', '--access-log', 'off', '--log-level', 'debug', ...args],
    options,
  );
  const [, url = ''] = await command.until(/^tsgi: serving \S+ on ([^\s,]+).*\n/m);
  return { command, url };
}

/** A server and the path of its control socket. */
export interface ControlledServer extends Server {
  readonly socket: string;
}

/** Starts `tsgi serve` with a control socket of its own. */
export async function serveControlled(...args: string[]): Promise<ControlledServer> {
  const socket = join(temporaryDirectory(), 'control.sock');
  const server = await serve([...args, '--control-socket', socket]);
  return { ...server, socket };
}

/** Runs `tsgi ctl` and gives what it wrote. */
export async function ctl(
  words: readonly string[],
  options?: RunOptions,
): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> {
  const client = new RunningCommand(['ctl', ...words], options);
  const code = await client.closed;
  return { code, output: client.output, errors: client.errors };
}
