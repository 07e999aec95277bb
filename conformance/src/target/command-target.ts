import type { ServerSettings } from '../check.ts';
import { HarnessFault, StartRejected } from '../engine/failures.ts';
import type { Capability } from '../outcome.ts';
import type { AdapterMeta } from './adapter.ts';
import { CommandServer } from './command-server.ts';
import type { CommandSpec } from './command-server.ts';
import { hasPlaceholder } from './command-template.ts';
import { KitFolder } from './kit-folder.ts';
import { moduleOf } from './module-of.ts';
import { untilQuiet } from './quiet.ts';
import { Disturbed, TargetDied, Unobservable, within } from './target.ts';
import type { EventSink, StartedServer, StartRequest, Target } from './target.ts';

/** A command to be judged. */
export interface CommandTargetOptions extends CommandSpec {
  readonly meta: AdapterMeta;
  readonly capabilities: Partial<Record<Capability, boolean>>;
  /** Why the command cannot be run on this machine. */
  readonly unavailable: string | undefined;
  /** Whether its servers run until the kit is done, so that nothing is seen of starts and ends. */
  readonly permanent: boolean;
}

/** Milliseconds for the end of a server that has run all the time. */
const END_BUDGET = 10_000;

/** How many checks wait at most for the end of one server. */
const MAX_PARKED = 12;
const SHARED = 'the server was shared, and has not come to an orderly end';

/** A server that a check uses. */
interface Running {
  readonly server: CommandServer;
  readonly purpose: Purpose;
  readonly nonce: string;
  readonly alone: boolean;
}

/** A check that waits for the end of a server. */
interface Parked {
  readonly budget: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Who is told about a run. */
interface Sink {
  readonly onEvent: EventSink;
  readonly onDeath: (death: TargetDied) => void;
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
  readonly #permanent: boolean;
  readonly #folder = new KitFolder();
  readonly #running = new Map<number, Running>();
  /** The checks that wait for the end of a server, which others use in the meantime. */
  readonly #parked = new Map<CommandServer, readonly Parked[]>();
  readonly #sinks = new Map<string, Sink>();
  /** How many checks a server has served, those included that have left it to others. */
  readonly #uses = new WeakMap<CommandServer, number>();
  readonly #idle = new Map<string, CommandServer>();
  readonly #spares = new Map<string, CommandServer>();
  #instances = 0;
  #alive = true;
  #events = 0;

  constructor(options: CommandTargetOptions) {
    const { meta, capabilities, unavailable, permanent, ...spec } = options;
    this.#unavailable = unavailable;
    this.#permanent = permanent;
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

  listen(onEvent: EventSink, onDeath: (death: TargetDied) => void, nonce: string): void {
    this.#sinks.set(nonce, { onEvent, onDeath });
    this.#folder.listen((run, type, data) => {
      this.#events += 1;
      this.#sinks.get(run)?.onEvent(run, type, data);
    });
  }

  async start(request: StartRequest, budget: number): Promise<StartedServer> {
    const { check, nonce, settings, alone } = request;
    const purpose = this.#purposeOf(check, settings);
    if (this.#permanent) this.#refuseNew(purpose, request);
    this.#folder.arm({ check, nonce, budget: request.budget });
    const server = this.#take(purpose, request);
    try {
      if (this.#holdsPort(request.port)) await this.#expectRefusal(server, budget);
      else await server.ready(budget);
    } catch (error) {
      await this.#kill(server);
      throw error;
    }
    this.#instances += 1;
    this.#running.set(this.#instances, { server, purpose, nonce, alone });
    return { instance: this.#instances, url: server.url };
  }

  async stop(instance: number, budget: number, onPark: () => void): Promise<void> {
    const running = this.#running.get(instance);
    if (running === undefined) return;
    this.#running.delete(instance);
    const { server, purpose, alone } = running;
    if (this.#permanent) return this.#rest(server, purpose, budget);
    const key = keyOf(purpose);
    if (!purpose.shared || alone || server.hasEnded) return server.stop(budget);
    const ended = this.#park(server, budget);
    const count = this.#parked.get(server)?.length ?? 0;
    if (count === MAX_PARKED - 1) this.#prepareSpare(purpose);
    if (count >= MAX_PARKED || this.#idle.has(key)) this.#endParked(server);
    else this.#idle.set(key, server);
    onPark();
    return ended;
  }

  async leave(instance: number, _budget: number, clean: boolean): Promise<void> {
    const running = this.#running.get(instance);
    if (running === undefined) return;
    this.#running.delete(instance);
    const { server, purpose } = running;
    const key = keyOf(purpose);
    const reusable = this.#permanent || (clean && purpose.shared);
    if (reusable && !this.#idle.has(key) && !server.hasEnded) this.#idle.set(key, server);
    else if (this.#parked.has(server) && !server.hasEnded) this.#endParked(server);
    else await this.#kill(server);
  }

  /** Ends the servers that checks are parked at. */
  flush(): void {
    for (const [key, server] of this.#idle) {
      if (!this.#parked.has(server)) continue;
      this.#idle.delete(key);
      this.#endParked(server);
    }
  }

  release(gate: string, nonce: string): void {
    this.#folder.release(nonce, gate);
  }

  forget(nonce: string): void {
    this.#folder.forget(nonce);
    this.#sinks.delete(nonce);
  }

  collect(): void {
    this.#folder.collect();
  }

  fetch(): undefined {}

  async terminate(): Promise<void> {
    this.#alive = false;
    this.#sinks.clear();
    for (const server of this.#parked.keys()) this.#disturb(server);
    const running = [...this.#running.values()].map(({ server }) => server);
    const servers = [...running, ...this.#idle.values(), ...this.#spares.values()];
    await Promise.all(servers.map((server) => this.#end(server)));
    this.#folder.remove();
  }

  /** What runs for long may have to clear up after itself. */
  async #end(server: CommandServer): Promise<void> {
    if (this.#permanent) await server.stop(END_BUDGET).catch(() => undefined);
    await server.kill();
  }

  /** Servers that run already show nothing of their starts and ends. */
  #refuseNew({ shared }: Purpose, { check, port, fresh }: StartRequest): void {
    const isContract = check.startsWith('ADP-') && check !== 'ADP-URL.shape';
    const isBusy = this.#running.size > 0;
    if (!shared || fresh || port !== 0 || isContract || isBusy) {
      throw new Unobservable('the command is started once, and its servers run until the end');
    }
  }

  /** A server that goes on: what can be done is to wait until it reports nothing more. */
  async #rest(server: CommandServer, purpose: Purpose, budget: number): Promise<void> {
    const count = (): number => {
      this.collect();
      return this.#events;
    };
    const quiet = untilQuiet(`${server.url}${purpose.mount}`, count);
    await within(quiet, budget, 'the server to come to rest');
    this.#idle.set(keyOf(purpose), server);
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
  #take(purpose: Purpose, request: StartRequest): CommandServer {
    const { fresh, alone, port, nonce } = request;
    const key = keyOf(purpose);
    const isNew = fresh || alone || port !== 0 || !purpose.shared;
    if (!isNew && request.hearsLog) this.#clearLog(key);
    const store = isNew ? undefined : [this.#idle, this.#spares].find((some) => some.has(key));
    const waiting = store?.get(key);
    store?.delete(key);
    const server = waiting === undefined || waiting.hasEnded ? this.#spawn(purpose, port) : waiting;
    this.#uses.set(server, (this.#uses.get(server) ?? 0) + 1);
    server.attend(
      (error) => this.#sinks.get(nonce)?.onEvent(nonce, 'fault', { error }),
      (how) => this.#mourn(server, nonce, new TargetDied(`the command ${how}`)),
    );
    return server;
  }

  /** The next check wants a server about whose earlier checks nothing can be written any more. */
  #clearLog(key: string): void {
    const server = this.#idle.get(key);
    if (server === undefined || !this.#parked.has(server)) return;
    this.#idle.delete(key);
    this.#endParked(server);
  }

  /** Settles when the server has ended, whoever it was that ended it. */
  #park(server: CommandServer, budget: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#parked.set(server, [...(this.#parked.get(server) ?? []), { budget, resolve, reject }]);
    });
  }

  /** Stops a server for all that wait for it. Where it does not stop, nobody knows whose fault that is. */
  #endParked(server: CommandServer): void {
    const parked = this.#parked.get(server) ?? [];
    this.#parked.delete(server);
    void endFor(server, parked, parked.length > 1 || (this.#uses.get(server) ?? 0) > 1);
  }

  #disturb(server: CommandServer): void {
    const parked = this.#parked.get(server) ?? [];
    this.#parked.delete(server);
    for (const { reject } of parked) reject(new Disturbed(SHARED));
  }

  /** Ends a server that nobody is to use again. */
  async #kill(server: CommandServer): Promise<void> {
    this.#disturb(server);
    await server.kill();
  }

  /** A server that has died under a check is a fault of this check, and of none that is parked there. */
  #mourn(server: CommandServer, nonce: string, death: TargetDied): void {
    const isActive = [...this.#running.values()].some(
      (running) => running.server === server && running.nonce === nonce,
    );
    if (isActive) this.#sinks.get(nonce)?.onDeath(death);
    this.#disturb(server);
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
    if (how !== undefined) throw new StartRejected(`the command ${how}`, '');
    if (server.hasEnded) throw new HarnessFault('the command ended and said nothing');
  }
}

async function endFor(
  server: CommandServer,
  parked: readonly Parked[],
  isShared: boolean,
): Promise<void> {
  try {
    await server.stop(Math.max(...parked.map(({ budget }) => budget)));
    for (const { resolve } of parked) resolve();
  } catch (error) {
    const told = isShared ? new Disturbed(SHARED) : error;
    for (const { reject } of parked) reject(told);
  }
}

function keyOf({ module, mount, profile }: Purpose): string {
  return `${profile} ${mount} ${module}`;
}
