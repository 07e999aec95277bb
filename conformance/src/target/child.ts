import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { untilExit } from './at-exit.ts';

/** How a process is started. */
export interface ChildOptions {
  readonly cwd: string;
  /** Whether its standard input stays open until `endInput`. */
  readonly input: boolean;
}

const OUTPUT_KEPT = 16_384;
/** Milliseconds between two looks at what is left of a process group, and how many there are. */
const GROUP_INTERVAL = 5;
const GROUP_LOOKS = 200;
const HAS_GROUPS = process.platform !== 'win32';

/** A process with everything it starts; none of it outlives the kit. */
export class Child {
  readonly #process: ChildProcess;
  readonly #forget: () => void;
  #output = '';
  #ended = false;
  #onText: (text: string, stream: 'stdout' | 'stderr') => void = () => undefined;
  /** Settles with how it ended: `exited with code 1`, `was ended by SIGKILL`. */
  readonly ended: Promise<string>;

  /** `words` is the program and its arguments; a program that cannot be started ends at once. */
  constructor([program = '', ...args]: readonly string[], { cwd, input }: ChildOptions) {
    this.#process = spawn(program, args, {
      cwd,
      detached: HAS_GROUPS,
      stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    this.#forget = untilExit(() => this.#signal('SIGKILL'));
    this.ended = new Promise((resolve) => {
      this.#process.once('error', (error) => this.#end(resolve, `cannot run: ${error.message}`));
      this.#process.once('close', (code, signal) =>
        this.#end(resolve, signal === null ? `exited with code ${code}` : `was ended by ${signal}`),
      );
    });
    this.#process.stdin?.on('error', () => undefined);
    for (const name of ['stdout', 'stderr'] as const) {
      const stream = this.#process[name];
      stream?.setEncoding('utf8');
      stream?.on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-OUTPUT_KEPT);
        this.#onText(text, name);
      });
    }
  }

  /** Who is told of what the process writes. */
  listen(onText: (text: string, stream: 'stdout' | 'stderr') => void): void {
    this.#onText = onText;
  }

  /** Whether the process has ended. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** The end of what it has written to its standard streams. */
  get output(): string {
    return this.#output;
  }

  /** The same as the end of a message; nothing where it has written nothing. */
  get lastWords(): string {
    const words = this.#output.trim();
    return words === '' ? '' : `; its output ends: ${words.slice(-400)}`;
  }

  /** Writes to its standard input. */
  write(text: string): void {
    this.#process.stdin?.write(text);
  }

  /** Closes its standard input. */
  endInput(): void {
    this.#process.stdin?.end();
  }

  /** Asks the process, and nothing that it has started, to end. */
  ask(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Ends it with everything it has started. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.ended;
  }

  /** After the process has ended: waits for what it has started, and ends that in the end. */
  async disperse(): Promise<void> {
    await this.ended;
    for (let look = 0; look < GROUP_LOOKS && this.#signal(0); look += 1)
      await pause(GROUP_INTERVAL);
    this.#signal('SIGKILL');
  }

  #end(resolve: (how: string) => void, how: string): void {
    this.#ended = true;
    this.#forget();
    resolve(how);
  }

  /** Signals the whole group; false where nobody is left. */
  #signal(signal: NodeJS.Signals | 0): boolean {
    const { pid } = this.#process;
    if (pid === undefined) return false;
    if (!HAS_GROUPS) return !this.#ended && this.#process.kill(signal);
    try {
      return process.kill(-pid, signal);
    } catch {
      return false;
    }
  }
}
