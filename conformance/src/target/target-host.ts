import { Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { HarnessFault, StartRejected } from '../engine/failures.ts';
import type { ServerSettings } from '../check.ts';
import { getCertificates } from '../engine/certificates.ts';
import type { Capability } from '../outcome.ts';
import type { AdapterMeta, TlsMaterial } from './adapter.ts';
import { NO_MODULES } from './host-messages.ts';
import type { HostCommand, HostMessage } from './host-messages.ts';
import { KitFolder } from './kit-folder.ts';
import { TargetDied, Unobservable, within } from './target.ts';
import type { EventSink, StartedServer, StartRequest, Target } from './target.ts';

const ENTRY = new URL('../../bin/host-worker.mjs', import.meta.url);
const OUTPUT_KEPT = 16_384;

function makeMaterial(mode: ServerSettings['tls']): TlsMaterial | undefined {
  if (mode === undefined) return undefined;
  const { server, authority } = getCertificates();
  const requestCert = mode === 'clients';
  return { ...server, ca: authority, requestCert, rejectUnauthorized: false };
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

/** What is used of a thread: of a worker, or of the one at the other end of a port. */
interface HostThread {
  on(event: 'message', listener: (message: HostMessage) => void): unknown;
  postMessage(command: object, transfer: readonly []): void;
  terminate(): Promise<unknown>;
}

/** The thread at the other end of a port goes on when the kit has done with it. */
function joinThread(port: MessagePort): HostThread {
  return {
    on: (event, listener) => port.on(event, listener),
    postMessage: (command) => port.postMessage(command, []),
    terminate: async () => port.close(),
  };
}

type Reply = Extract<HostMessage, { kind: 'reply' }>;

type Question =
  | ({
      readonly command: 'start';
      readonly secure: TlsMaterial | undefined;
      readonly module: string | undefined;
    } & StartRequest)
  | { readonly command: 'stop'; readonly instance: number };

/** The thread in which the server under test runs, seen from the kit. */
export class TargetHost implements Target {
  readonly faults = 'hook';
  readonly unhurried = false;
  readonly #worker: HostThread;
  readonly #pending = new Map<number, (reply: Reply | Error) => void>();
  #folder: KitFolder | undefined;
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

  /** The file URL of the adapter module, or the port behind which an adapter is served already. */
  constructor(host: string | MessagePort) {
    this.#ready = new Promise((resolve) => {
      this.#settleReady = resolve;
    });
    this.#worker = typeof host === 'string' ? this.#startThread(host) : joinThread(host);
    this.#worker.on('message', (message: HostMessage) => this.#take(message));
  }

  #startThread(adapterUrl: string): Worker {
    const worker = new Worker(ENTRY, { workerData: { adapterUrl }, stdout: true, stderr: true });
    worker.on('error', (error) => this.#die(error));
    worker.on('exit', (code) => this.#die(`the server thread ended with exit code ${code}`));
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-OUTPUT_KEPT);
      });
    }
    return worker;
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

  /** Starts a server; rejects with StartRejected where the adapter rejects. */
  async start(request: StartRequest, budget: number): Promise<StartedServer> {
    const secure = makeMaterial(request.settings.tls);
    const module = this.#writeModule(request);
    const question = { command: 'start', ...request, secure, module } as const;
    const reply = await this.#ask(question, budget, 'start() to settle');
    if (reply.error?.includes(NO_MODULES) === true) throw new Unobservable(NO_MODULES);
    if (reply.error !== undefined) throw new StartRejected(reply.error);
    return { instance: reply.instance ?? 0, url: reply.url ?? '' };
  }

  /** Stops a server; rejects with a HarnessFault where close() does or never settles. */
  async stop(instance: number, budget: number): Promise<void> {
    const reply = await this.#ask({ command: 'stop', instance }, budget, 'close() to settle');
    if (reply.error !== undefined) throw new HarnessFault(`close() rejected: ${reply.error}`);
  }

  /** Every check has a server of its own. */
  async leave(instance: number, budget: number): Promise<void> {
    await this.stop(instance, budget);
  }

  /** Events arrive as messages, but for those of modules. */
  collect(): void {
    this.#folder?.collect();
  }

  /** Events arrive as messages. */
  fetch(): undefined {}

  /** Nothing of the run is asked for any more. */
  forget(nonce: string): void {
    this.#folder?.forget(nonce);
  }

  /** Opens an asynchronous gate. */
  release(gate: string, nonce: string): void {
    this.#folder?.release(nonce, gate);
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
    this.#folder?.remove();
    this.#folder = undefined;
  }

  /** The path of the module that a check describes; it reports through a folder. */
  #writeModule({ check, nonce, settings, budget }: StartRequest): string | undefined {
    if (settings.module === undefined) return undefined;
    this.#folder ??= new KitFolder();
    this.#folder.listen(this.#onEvent);
    this.#folder.arm({ check, nonce, budget });
    return this.#folder.module(settings.module);
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
