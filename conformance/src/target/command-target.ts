import type { ServerSettings } from '../check.ts';
import { HarnessFault, StartRejected } from '../engine/failures.ts';
import type { Capability } from '../outcome.ts';
import type { AdapterMeta } from './adapter.ts';
import { CommandServer } from './command-server.ts';
import type { CommandSpec } from './command-server.ts';
import { hasPlaceholder } from './command-template.ts';
import { KitFolder } from './kit-folder.ts';
import { moduleOf } from './module-of.ts';
import { TargetDied, Unobservable } from './target.ts';
import type { EventSink, StartedServer, StartRequest, Target } from './target.ts';

/** A command to be judged. */
export interface CommandTargetOptions extends CommandSpec {
  readonly meta: AdapterMeta;
  readonly capabilities: Partial<Record<Capability, boolean>>;
  /** Why the command cannot be run on this machine. */
  readonly unavailable: string | undefined;
}

/** What a server process has been started for. */
interface Purpose {
  readonly module: string;
  readonly mount: string;
  readonly profile: 'sync' | 'async';
  /** Whether other checks can use the same process. */
  readonly shared: boolean;
}

/** A server that is started by a command; checks share its processes where they can. */
export class CommandTarget implements Target {
  readonly faults = 'log';
  readonly unhurried = true;
  readonly meta: AdapterMeta;
  readonly capabilities: Partial<Record<Capability, boolean>>;
  readonly #spec: CommandSpec;
  readonly #unavailable: string | undefined;
  readonly #folder = new KitFolder();
  readonly #running = new Map<number, { server: CommandServer; purpose: Purpose }>();
  readonly #idle = new Map<string, CommandServer>();
  readonly #spares = new Map<string, CommandServer>();
  #instances = 0;
  #nonce = '';
  #alive = true;
  #onEvent: EventSink = () => undefined;
  #onDeath: (death: TargetDied) => void = () => undefined;

  constructor({ meta, capabilities, unavailable, ...spec }: CommandTargetOptions) {
    this.#unavailable = unavailable;
    this.meta = meta;
    this.capabilities = capabilities;
    this.#spec = spec;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** There is nothing to load: whether the command works, the first start tells. */
  async ready(): Promise<void> {
    if (this.#unavailable !== undefined) throw new HarnessFault(this.#unavailable);
  }

  listen(onEvent: EventSink, onDeath: (death: TargetDied) => void): void {
    this.#onEvent = onEvent;
    this.#onDeath = onDeath;
    this.#folder.listen(onEvent);
  }

  async start(request: StartRequest, budget: number): Promise<StartedServer> {
    const { check, nonce, settings } = request;
    const purpose = this.#purposeOf(check, settings);
    this.#nonce = nonce;
    this.#folder.arm({ check, nonce, budget: request.budget });
    const server = this.#take(purpose, request);
    try {
      if (this.#holdsPort(request.port)) await this.#expectRefusal(server, budget);
      else await server.ready(budget);
    } catch (error) {
      await server.kill();
      throw error;
    }
    this.#instances += 1;
    this.#running.set(this.#instances, { server, purpose });
    return { instance: this.#instances, url: server.url };
  }

  async stop(instance: number, budget: number): Promise<void> {
    const running = this.#running.get(instance);
    if (running === undefined) return;
    this.#running.delete(instance);
    // Where one check has stopped a server, others will: the next one starts in the meantime.
    if (running.purpose.shared) this.#prepareSpare(running.purpose);
    await running.server.stop(budget);
  }

  async leave(instance: number, _budget: number, clean: boolean): Promise<void> {
    const running = this.#running.get(instance);
    if (running === undefined) return;
    this.#running.delete(instance);
    const { server, purpose } = running;
    const key = keyOf(purpose);
    if (clean && purpose.shared && !this.#idle.has(key) && !server.hasEnded) {
      this.#idle.set(key, server);
    } else await server.kill();
  }

  release(gate: string): void {
    this.#folder.release(gate);
  }

  collect(): void {
    this.#folder.collect();
  }

  fetch(): undefined {}

  async terminate(): Promise<void> {
    this.#alive = false;
    this.#onDeath = () => undefined;
    const running = [...this.#running.values()].map(({ server }) => server);
    const servers = [...running, ...this.#idle.values(), ...this.#spares.values()];
    await Promise.all(servers.map((server) => server.kill()));
    this.#folder.remove();
  }

  #purposeOf(check: string, settings: ServerSettings): Purpose {
    const { words } = this.#spec;
    const { module, scriptName = '', profile = 'sync', tls } = settings;
    if (tls !== undefined) throw new Unobservable('the command starts a server without TLS');
    if (scriptName !== '' && !hasPlaceholder(words, 'mount')) {
      throw new Unobservable('the command has no {mount}, so that the application has no mount');
    }
    if (module !== undefined && hasPlaceholder(words, 'profile')) {
      throw new Unobservable('the command has a {profile}, which may override that of a module');
    }
    const shape = moduleOf(check, settings);
    return {
      module: this.#folder.module(shape),
      mount: scriptName,
      profile,
      shared: module === undefined && !('lifespan' in shape),
    };
  }

  /** A server that waits for work, the one that starts already, or a new one. */
  #take(purpose: Purpose, { fresh, port }: StartRequest): CommandServer {
    const key = keyOf(purpose);
    const isNew = fresh || port !== 0 || !purpose.shared;
    const store = isNew ? undefined : [this.#idle, this.#spares].find((some) => some.has(key));
    const waiting = store?.get(key);
    store?.delete(key);
    if (waiting !== undefined && store === this.#spares) this.#prepareSpare(purpose);
    const server = waiting === undefined || waiting.hasEnded ? this.#spawn(purpose, port) : waiting;
    server.attend(
      (error) => this.#onEvent(this.#nonce, 'fault', { error }),
      (how) => this.#onDeath(new TargetDied(`the command ${how}`)),
    );
    return server;
  }

  #spawn({ module, mount, profile }: Purpose, port: number): CommandServer {
    const { path } = this.#folder;
    return new CommandServer(this.#spec, { app: module, mount, profile, tmp: path, port });
  }

  #prepareSpare(purpose: Purpose): void {
    const key = keyOf(purpose);
    if (!this.#spares.has(key)) this.#spares.set(key, this.#spawn(purpose, 0));
  }

  /** Whether a server that runs has the port, so that another one must not start on it. */
  #holdsPort(port: number): boolean {
    return [...this.#running.values()].some(({ server }) => server.url.endsWith(`:${port}`));
  }

  async #expectRefusal(server: CommandServer, budget: number): Promise<void> {
    const how = await server.endsWithin(budget);
    if (how !== undefined) throw new StartRejected(`the command ${how}`);
    if (server.hasEnded) throw new HarnessFault('the command ended and said nothing');
  }
}

function keyOf({ module, mount, profile }: Purpose): string {
  return `${profile} ${mount} ${module}`;
}
