import { type ChildProcess, spawn } from 'node:child_process';
import { FollowedFile } from './follow-file.ts';
import { type Address, untilAccepting } from './listening.ts';

/** How a program is started and how it ends. */
export interface ProgramOptions {
  /** For messages. */
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly cwd: string;
  /** In place of this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** It has started once somebody accepts connections there. */
  readonly listens: Address;
  /** What asks it to end in order; SIGTERM if not given. */
  readonly stopSignal?: NodeJS.Signals;
  /**
   * Whether it leads a process group of its own, so that nothing it has started outlives this
   * process; true if not given. A command that is itself ended as a group says false.
   */
  readonly ownGroup?: boolean;
  /** A file to which it appends its errors, in a folder that is there. */
  readonly logFile?: string;
  /** Told of everything that it writes there and to its standard streams. */
  readonly onOutput?: (text: string) => void;
}

/** Milliseconds for the start and for the end of a program, on a busy machine. */
const PATIENCE = 30_000;
const OUTPUT_KEPT = 65_536;

const running = new Set<Program>();
process.on('exit', () => {
  for (const program of running) program.kill();
});

/** A program that serves, from its start to its end. */
export class Program {
  readonly #options: ProgramOptions;
  readonly #child: ChildProcess;
  readonly #log: FollowedFile | undefined;
  #output = '';
  #how: string | undefined;
  /** Settles with how it ended: `code 0`, `signal SIGKILL`. */
  readonly ended: Promise<string>;

  private constructor(options: ProgramOptions) {
    this.#options = options;
    const [program, ...args] = options.command;
    this.#child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      detached: options.ownGroup ?? true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const take = (text: string): void => {
      this.#output = (this.#output + text).slice(-OUTPUT_KEPT);
      options.onOutput?.(text);
    };
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', take);
    }
    this.#log = options.logFile === undefined ? undefined : new FollowedFile(options.logFile, take);
    running.add(this);
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => this.#end(resolve, `cannot run: ${error.message}`));
      this.#child.once('exit', (code, signal) => {
        this.#end(resolve, signal === null ? `code ${code}` : `signal ${signal}`);
      });
    });
  }

  /** Starts it; settles once it listens, and rejects with what it wrote where it does not. */
  static async start(options: ProgramOptions): Promise<Program> {
    const program = new Program(options);
    const givenUp = (): boolean => program.#how !== undefined;
    const accepting = untilAccepting(options.listens, givenUp).then(() => 'listening' as const);
    const first = await program.#within(Promise.race([accepting, program.ended]));
    if (first !== 'listening' || givenUp()) {
      program.kill();
      throw new Error(program.#tell(`has not started: ${program.#how ?? 'it does not listen'}`));
    }
    return program;
  }

  /** Its process id, for /proc. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The end of what it has written to its standard streams and its log. */
  get output(): string {
    this.#log?.collect();
    return this.#output;
  }

  /** Sends it a signal, such as SIGHUP. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to end; rejects where it has ended before, ends otherwise than by code 0, or does not. */
  async stop(): Promise<void> {
    if (this.#how !== undefined) throw new Error(this.#tell(`had ended before: ${this.#how}`));
    this.signal(this.#options.stopSignal ?? 'SIGTERM');
    const how = await this.#within(this.ended);
    this.kill();
    if (how !== 'code 0')
      throw new Error(this.#tell(`has not ended in order: ${how ?? 'it runs'}`));
  }

  /** Ends it at once with everything that it has started. */
  kill(): void {
    running.delete(this);
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(this.#options.ownGroup === false ? pid : -pid, 'SIGKILL');
    } catch {
      // nobody is left
    }
  }

  #end(resolve: (how: string) => void, how: string): void {
    this.#how = how;
    this.#log?.close();
    resolve(how);
  }

  #tell(what: string): string {
    const { name, command } = this.#options;
    return `${name} ${what}\n${command.join(' ')}\n${this.output.trim()}`;
  }

  /** What settles in time; undefined where nothing does. */
  async #within<Value>(work: Promise<Value>): Promise<Value | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), PATIENCE);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
