import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { ServerCommand } from './locate-peer.ts';

const START_LIMIT = 20_000;
const STOP_LIMIT = 5000;
/** How much of what a server prints is kept, for the message where it fails. */
const TAIL = 2000;
// what the servers of this package print, and gunicorn
const LISTENING = /(?:^listening |Listening at: http:\/\/127\.0\.0\.1:)(\d+)\s/m;

const running = new Set<ChildProcess>();

/** Ends every server that still runs, at once. */
export function killServers(): void {
  for (const child of running) {
    child.kill('SIGKILL');
  }
}

/** A server in a process of its own, pinned to one core. */
export class ServerProcess {
  readonly pid: number;
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, pid: number, port: number) {
    this.#child = child;
    this.pid = pid;
    this.port = port;
  }

  /** Rejects where the server ends, or does not say within 20 seconds where it listens. */
  static async start(server: ServerCommand, core: number): Promise<ServerProcess> {
    // taskset becomes the program, so that the process id is that of the server
    const child = spawn('taskset', ['-c', String(core), ...server.command], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...server.env },
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    try {
      const port = await readPort(child);
      if (child.pid === undefined) {
        throw new Error('no process');
      }
      return new ServerProcess(child, child.pid, port);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Asks the server to end, and makes it end after 5 seconds. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT);
    await exited;
    clearTimeout(timer);
  }
}

function readPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const timer = setTimeout(() => {
      reject(new Error(`not listening after ${START_LIMIT} ms: ${printed.trim()}`));
    }, START_LIMIT);
    const take = (text: string): void => {
      printed = (printed + text).slice(-TAIL);
      const port = LISTENING.exec(printed)?.[1];
      if (port !== undefined) {
        clearTimeout(timer);
        resolve(Number(port));
      }
    };
    for (const stream of [child.stdout, child.stderr] as Readable[]) {
      stream.setEncoding('utf8').on('data', take);
    }
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code ?? signal}: ${printed.trim()}`));
    });
  });
}
