import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBackend } from '../src/backend.ts';
import { printConfiguration } from '../src/configuration.ts';
import { DOORS } from '../src/doors.ts';
import { startFront } from '../src/front.ts';
import { findFreePort } from '../src/listening.ts';
import type { Program } from '../src/program.ts';

const APP = fileURLToPath(new URL('fixtures/machine.mjs', import.meta.url));
/** Listens, and looks after a worker. */
const AS_IN_PRODUCTION = ['--workers', '1'];

/** A TSGI server that a test starts, signals and starts again. */
export class Machine {
  readonly port: number;
  readonly #folder: string;
  #program: Program | undefined;
  #wake: () => void = () => {};

  constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
  }

  /** The command, which the application names in its answers. */
  get pid(): number {
    return this.#running.pid;
  }

  /** Settles once it accepts connections. */
  async start(): Promise<void> {
    this.#program = await startBackend({
      app: APP,
      protocol: 'http',
      listens: { port: this.port },
      folder: this.#folder,
      flags: AS_IN_PRODUCTION,
      env: { ...process.env, DOORS_FOLDER: this.#folder },
      onOutput: () => this.#wake(),
    });
  }

  /** Lets what is at work end; settles when it is gone. */
  async drain(): Promise<void> {
    await this.#running.stop();
  }

  /** Ends the command and its workers at once, as a machine does that loses its power. */
  async kill(): Promise<void> {
    const program = this.#running;
    program.kill();
    await program.ended;
    this.#program = undefined;
  }

  /** Settles when new workers have taken the place of the old ones. */
  async reload(): Promise<void> {
    const program = this.#running;
    const before = program.output.length;
    program.signal('SIGHUP');
    while (!/reloaded: 1 new worker serves/.test(program.output.slice(before))) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Ends it where it runs. */
  close(): void {
    this.#program?.kill();
  }

  get #running(): Program {
    if (this.#program === undefined) throw new Error(`the server of port ${this.port} is down`);
    return this.#program;
  }
}

/** nginx with three servers behind it. */
export interface Machines {
  readonly url: string;
  readonly all: readonly [Machine, Machine, Machine];
  readonly close: () => Promise<void>;
}

/** Starts three servers, and nginx with the configuration that `tsgi init` prints for them. */
export async function startMachines(folder: string): Promise<Machines> {
  const make = async (): Promise<Machine> => new Machine(await findFreePort(), folder);
  const all = [await make(), await make(), await make()] as const;
  const port = await findFreePort();
  const flags = all.flatMap((machine) => ['--upstream', `127.0.0.1:${machine.port}`]);
  const site = { app: APP, directory: folder, port, flags };
  const [configuration] = await Promise.all([
    printConfiguration(DOORS['nginx-http'], site),
    ...all.map((machine) => machine.start()),
  ]);
  const front = await startFront('nginx', { configuration, folder: join(folder, 'front'), port });
  return {
    url: `http://127.0.0.1:${port}`,
    all,
    close: async () => {
      for (const machine of all) machine.close();
      await front.stop();
    },
  };
}
