import { Worker } from 'node:worker_threads';
import type { PlainData, ServerSettings } from '../check.ts';
import { HarnessFault } from '../engine/failures.ts';
import type { Capability } from '../outcome.ts';
import type { AdapterMeta } from './adapter.ts';
import type { HostCommand, HostMessage } from './host-messages.ts';

const ENTRY = new URL('../../bin/host-worker.mjs', import.meta.url);
const OUTPUT_KEPT = 16_384;

/** The server thread is gone: an uncaught exception, or the server ended its process. */
export class TargetDied extends Error {
  override readonly name: string = 'TargetDied';
}

/** The module named on the command line cannot be used as an adapter. */
export class AdapterUnusable extends Error {
  override readonly name: string = 'AdapterUnusable';
  /** `shape`: it lacks an export. `import`: it threw while it was loaded. */
  readonly reason: 'shape' | 'import';

  constructor(reason: 'shape' | 'import', message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What the kit asks the host to start. */
export interface StartRequest {
  readonly check: string;
  readonly nonce: string;
  readonly settings: ServerSettings;
  readonly port: number;
  readonly gates: SharedArrayBuffer;
  readonly budget: number;
}

/** One started server, as the host knows it. */
export interface StartedServer {
  readonly instance: number;
  readonly url: string;
}

/** Who listens to what the application and the server report. */
export type EventSink = (nonce: string, type: string, data?: PlainData) => void;

type Reply = Extract<HostMessage, { kind: 'reply' }>;

type Question =
  | ({ readonly command: 'start' } & StartRequest)
  | { readonly command: 'stop'; readonly instance: number };

/** The thread in which the server under test runs, seen from the kit. */
export class TargetHost {
  readonly #worker: Worker;
  readonly #pending = new Map<number, (reply: Reply | Error) => void>();
  #calls = 0;
  #output = '';
  #death: TargetDied | undefined;
  #onEvent: EventSink = () => undefined;
  #onDeath: (death: TargetDied) => void = () => undefined;
  #settleReady: (message: HostMessage | TargetDied) => void = () => undefined;
  readonly #ready: Promise<HostMessage | TargetDied>;
  /** Set once `ready` has settled. */
  meta: AdapterMeta = { name: 'unknown', version: 'unknown' };
  /** Set once `ready` has settled. */
  capabilities: Partial<Record<Capability, boolean>> = {};

  /** `adapterUrl` is the file URL of the adapter module. */
  constructor(adapterUrl: string) {
    this.#ready = new Promise((resolve) => {
      this.#settleReady = resolve;
    });
    this.#worker = new Worker(ENTRY, { workerData: { adapterUrl }, stdout: true, stderr: true });
    this.#worker.on('message', (message: HostMessage) => this.#take(message));
    this.#worker.on('error', (error) => this.#die(error));
    this.#worker.on('exit', (code) => this.#die(`the server thread ended with exit code ${code}`));
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-OUTPUT_KEPT);
      });
    }
  }

  /** Settles when the adapter is loaded; rejects with AdapterUnusable or a HarnessFault. */
  async ready(budget: number): Promise<void> {
    const message = await within(this.#ready, budget, 'the adapter module to load');
    if (message instanceof Error) throw new AdapterUnusable('import', message.message);
    if (message.kind === 'unusable') throw new AdapterUnusable(message.reason, message.message);
    if (message.kind === 'ready') {
      this.meta = message.meta;
      this.capabilities = message.capabilities;
    }
  }

  /** Where the events of the current check go, and who is told of the death of the thread. */
  listen(onEvent: EventSink, onDeath: (death: TargetDied) => void): void {
    this.#onEvent = onEvent;
    this.#onDeath = onDeath;
  }

  /** Starts a server; rejects with a HarnessFault where the adapter does. */
  async start(request: StartRequest, budget: number): Promise<StartedServer> {
    const reply = await this.#ask({ command: 'start', ...request }, budget, 'start() to settle');
    if (reply.error !== undefined) throw new HarnessFault(`start() rejected: ${reply.error}`);
    return { instance: reply.instance ?? 0, url: reply.url ?? '' };
  }

  /** Stops a server; rejects with a HarnessFault where close() does or never settles. */
  async stop(instance: number, budget: number): Promise<void> {
    const reply = await this.#ask({ command: 'stop', instance }, budget, 'close() to settle');
    if (reply.error !== undefined) throw new HarnessFault(`close() rejected: ${reply.error}`);
  }

  /** Opens an asynchronous gate. */
  release(gate: string): void {
    this.#worker.postMessage({ command: 'release', gate } satisfies HostCommand, []);
  }

  /** Whether the thread can still be used. */
  get alive(): boolean {
    return this.#death === undefined;
  }

  /** The end of what the server wrote to its standard streams. */
  get output(): string {
    return this.#output;
  }

  /** Ends the thread, whatever it is doing. */
  async terminate(): Promise<void> {
    this.#onDeath = () => undefined;
    await this.#worker.terminate();
  }

  async #ask(command: Question, budget: number, awaited: string): Promise<Reply> {
    if (this.#death !== undefined) throw this.#death;
    this.#calls += 1;
    const call = this.#calls;
    const answered = new Promise<Reply | Error>((resolve) => {
      this.#pending.set(call, resolve);
    });
    this.#worker.postMessage({ ...command, call }, []);
    const reply = await within(answered, budget, awaited);
    if (reply instanceof Error) throw reply;
    return reply;
  }

  #take(message: HostMessage): void {
    if (message.kind === 'event') this.#onEvent(message.nonce, message.type, message.data);
    else if (message.kind === 'reply') {
      this.#pending.get(message.call)?.(message);
      this.#pending.delete(message.call);
    } else this.#settleReady(message);
  }

  #die(cause: unknown): void {
    if (this.#death !== undefined) return;
    const text =
      cause instanceof Error ? `uncaught ${cause.name}: ${cause.message}` : String(cause);
    this.#death = new TargetDied(text);
    this.#settleReady(this.#death);
    for (const settle of this.#pending.values()) settle(this.#death);
    this.#pending.clear();
    this.#onDeath(this.#death);
  }
}

async function within<Value>(
  promise: Promise<Value>,
  budget: number,
  awaited: string,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new HarnessFault(`waited ${budget} ms in vain for ${awaited}`));
    }, budget);
  });
  try {
    return await Promise.race([promise, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
