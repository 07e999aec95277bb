import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { CommandError, EXIT } from '../cli/command-error.ts';
import {
  type FromDevWorker,
  readFromDevWorker,
  sendableError,
  type SentError,
  type ToDevWorker,
} from './messages.ts';

/** What a supervisor tells the terminal. */
export interface SupervisorOutput {
  /** A worker serves; `problem` says why it is a page instead of the application. */
  ready(message: Extract<FromDevWorker, { dev: 'ready' }>, milliseconds: number): void;
  /** Something went wrong, and the old worker goes on. */
  failed(message: string): void;
  /** The worker has ended by itself. */
  ended(how: string): void;
}

/** What a supervisor starts its workers with. */
export interface SupervisorOptions {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly output: SupervisorOutput;
}

type Ports = ReadonlyArray<number | undefined>;

interface Booting {
  readonly worker: Worker;
  readonly startedAt: number;
  readonly isStandIn: boolean;
}

/**
 * One worker at a time, and while it is replaced the next one: the old one serves until the new one
 * does, and then ends what it has begun. The cluster module keeps the socket open all the while.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  #current: Worker | undefined;
  #next: Booting | undefined;
  /** What the workers were told to listen on, and where that was in the end. */
  #asked: Ports = [];
  #bound: Ports = [];
  readonly #whenClosing = new Map<Worker, () => void>();
  #crash: SentError | undefined;
  #stopping = false;
  #settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    cluster.setupPrimary({
      exec: fileURLToPath(new URL('./worker-main.js', import.meta.url)),
      args: [],
    });
  }

  /** Runs until it is stopped. Rejects with a CommandError where nothing can be served. */
  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#boot([], undefined);
    });
  }

  /** Starts a worker with the code as it is now. */
  reload(changed: readonly string[]): void {
    if (!this.#stopping) {
      this.#next?.worker.process.kill('SIGKILL');
      this.#boot(changed, undefined);
    }
  }

  #boot(changed: readonly string[], crash: SentError | undefined): void {
    const worker = cluster.fork();
    const { argv, cwd } = this.#options;
    // the cluster module shares a socket between workers that ask for it in the same words
    this.#asked = this.#current === undefined ? this.#bound : this.#asked;
    const ports = this.#asked;
    this.#next = { worker, startedAt: performance.now(), isStandIn: crash !== undefined };
    worker.on('message', (given: unknown) => {
      const message = readFromDevWorker(given);
      if (message?.dev === 'online') {
        send(worker, { dev: 'start', argv, cwd, ports, changed, crash });
      } else if (message?.dev === 'closed') {
        send(worker, { dev: 'leave' });
      } else if (message !== undefined) {
        this.#receive(worker, message);
      }
    });
    worker.once('exit', (code, signal) => this.#exited(worker, code, signal));
  }

  #receive(worker: Worker, message: FromDevWorker): void {
    if (message.dev === 'crashed') {
      this.#crash = message.error;
    } else if (message.dev === 'closing') {
      this.#closing(worker);
    } else if (worker !== this.#next?.worker) {
      return;
    } else if (message.dev === 'ready') {
      this.#takeOver(this.#next, message);
    } else if (message.dev === 'failed') {
      this.#bootFailed(message);
    }
  }

  #takeOver(
    { worker, startedAt, isStandIn }: Booting,
    message: Extract<FromDevWorker, { dev: 'ready' }>,
  ): void {
    const old = this.#current;
    this.#current = worker;
    this.#next = undefined;
    this.#bound = message.ports;
    // the end of the worker before has been told already
    const told = isStandIn ? { ...message, problem: undefined } : message;
    const announce = (): void => {
      this.#options.output.ready(told, performance.now() - startedAt);
    };
    if (old === undefined) {
      announce();
    } else {
      this.#whenClosing.set(old, announce);
      send(old, { dev: 'stop' });
    }
  }

  // Only when the old worker takes no more connections is it the new one that answers.
  #closing(worker: Worker): void {
    this.#whenClosing.get(worker)?.();
    this.#whenClosing.delete(worker);
  }

  // Where nothing is served yet there is nothing to wait for but the operator.
  #bootFailed({ exitCode, message }: Extract<FromDevWorker, { dev: 'failed' }>): void {
    this.#next = undefined;
    if (this.#current === undefined) {
      this.#finish(new CommandError(exitCode, message));
    } else {
      this.#options.output.failed(message);
    }
  }

  #exited(worker: Worker, code: number | null, signal: string | null): void {
    this.#closing(worker);
    const how = signal === null ? `with code ${code}` : `by ${signal}`;
    const crash = this.#crash ?? sendableError(new Error(`the worker ended ${how}`));
    this.#crash = undefined;
    if (worker === this.#current) {
      this.#current = undefined;
      this.#replace(how, crash);
    } else if (worker === this.#next?.worker) {
      const { isStandIn } = this.#next;
      this.#next = undefined;
      this.#replaceNext(how, { crash, isStandIn });
    }
  }

  #replace(how: string, crash: SentError): void {
    if (this.#stopping) {
      this.#finish(undefined);
      return;
    }
    this.#options.output.ended(how);
    if (this.#next === undefined) {
      this.#boot([], crash);
    } else {
      // with the last worker the socket has gone, and the next one would ask for another
      this.reload([]);
    }
  }

  // It ended before it served: the application did that while it was loaded.
  #replaceNext(how: string, { crash, isStandIn }: { crash: SentError; isStandIn: boolean }): void {
    if (this.#stopping) {
      return;
    }
    if (isStandIn) {
      this.#finish(new CommandError(EXIT.failure, `the worker ended ${how}`));
      return;
    }
    this.#options.output.ended(how);
    this.#boot([], crash);
  }

  /** Lets what runs end; called again, ends at once. */
  stop(): void {
    this.#next?.worker.process.kill('SIGKILL');
    if (this.#stopping || this.#current === undefined) {
      this.#current?.process.kill('SIGKILL');
      this.#finish(undefined);
      return;
    }
    this.#stopping = true;
    send(this.#current, { dev: 'stop' });
  }

  #finish(error: CommandError | undefined): void {
    this.#stopping = true;
    if (error === undefined) {
      this.#settle?.resolve();
    } else {
      this.#settle?.reject(error);
    }
  }
}

// A worker that has just ended cannot be told anything any more.
function send(worker: Worker, message: ToDevWorker): void {
  if (worker.isConnected()) {
    worker.send(message, () => {});
  }
}
