import { readFileSync } from 'node:fs';
import type { Profile } from '@tsgi/types';
import type { ServerSettings } from '../check.ts';
import { HarnessFault, StartRejected } from '../engine/failures.ts';
import type { Capability } from '../outcome.ts';
import type { Schema } from '../schema/departures.ts';
import type { AdapterMeta } from './adapter.ts';
import { Harness } from './harness.ts';
import { KitFolder } from './kit-folder.ts';
import { moduleOf } from './module-of.ts';
import { PROTOCOL_VERSION } from './protocol-messages.ts';
import type { HarnessReply } from './protocol-messages.ts';
import { TargetDied, Unobservable } from './target.ts';
import type { EventSink, StartedServer, StartRequest, Target } from './target.ts';

/** A harness to be asked for servers. */
export interface ProtocolTargetOptions {
  readonly words: readonly string[];
  readonly cwd: string;
  /** Replaced by what the harness says of its server. */
  readonly meta: AdapterMeta;
  readonly capabilities: Partial<Record<Capability, boolean>>;
  readonly unavailable: string | undefined;
  /** Whether every message is compared with the schema. */
  readonly validate: boolean;
}

/** Milliseconds that a harness has to end in order once the suite is over. */
const STOP_BUDGET = 2000;
const SCHEMA = new URL('../../schemas/harness-protocol.schema.json', import.meta.url);

/** Servers that a process in any language starts on request. */
export class ProtocolTarget implements Target {
  readonly faults = 'hook';
  readonly unhurried = true;
  readonly #options: ProtocolTargetOptions;
  readonly #folder = new KitFolder();
  readonly #harness: Harness | undefined;
  #meta: AdapterMeta;
  #capabilities: Partial<Record<Capability, boolean>>;
  #nonce = '';
  #alive = true;
  #onEvent: EventSink = () => undefined;
  #onDeath: (death: TargetDied) => void = () => undefined;

  constructor(options: ProtocolTargetOptions) {
    this.#options = options;
    this.#meta = options.meta;
    this.#capabilities = options.capabilities;
    if (options.unavailable !== undefined) return;
    this.#harness = new Harness({
      words: options.words,
      cwd: options.cwd,
      schema: options.validate ? readSchema() : undefined,
      onNotice: ({ error }) => this.#onEvent(this.#nonce, 'fault', { error }),
      onDeath: (how) => {
        this.#alive = false;
        this.#onDeath(new TargetDied(`the harness ${how}`));
      },
    });
  }

  get meta(): AdapterMeta {
    return this.#meta;
  }

  get capabilities(): Partial<Record<Capability, boolean>> {
    return this.#capabilities;
  }

  get alive(): boolean {
    return this.#alive;
  }

  async ready(budget: number): Promise<void> {
    const reply = await this.#ask({ cmd: 'start', v: PROTOCOL_VERSION }, budget);
    if (reply.v !== PROTOCOL_VERSION) {
      const got = JSON.stringify(reply.v) ?? 'none';
      throw new HarnessFault(`the harness speaks version ${got}, not ${PROTOCOL_VERSION}`);
    }
    const { meta } = reply;
    if (typeof meta?.name !== 'string' || typeof meta.version !== 'string') {
      throw new HarnessFault('the reply to "start" holds no meta with a name and a version');
    }
    this.#meta = meta;
    this.#capabilities = { ...reply.capabilities, ...this.#options.capabilities };
  }

  listen(onEvent: EventSink, onDeath: (death: TargetDied) => void): void {
    this.#onEvent = onEvent;
    this.#onDeath = onDeath;
    this.#folder.listen(onEvent);
  }

  async start(request: StartRequest, budget: number): Promise<StartedServer> {
    const { check, nonce, settings, port } = request;
    if (settings.tls !== undefined) throw new Unobservable('the protocol has no word for TLS');
    this.#nonce = nonce;
    this.#folder.arm({ check, nonce, budget: request.budget });
    const app = this.#folder.module(moduleOf(check, settings));
    const { scriptName = '' } = settings;
    const profile = profileOf(settings);
    const listen = { cmd: 'listen', app, host: '127.0.0.1', port, scriptName, ...profile } as const;
    const reply = await this.#ask(listen, budget);
    if (reply.error !== undefined) throw new StartRejected(reply.error);
    const { server, url } = reply;
    if (server === undefined || url === undefined) {
      throw new HarnessFault('the reply to "listen" holds no server and url, and no error either');
    }
    return { instance: server, url };
  }

  async stop(instance: number, budget: number): Promise<void> {
    const reply = await this.#ask({ cmd: 'close', server: instance }, budget);
    if (reply.error !== undefined) throw new HarnessFault(`"close" failed: ${reply.error}`);
  }

  /** Every check has a server of its own. */
  async leave(instance: number, budget: number): Promise<void> {
    await this.stop(instance, budget);
  }

  release(gate: string, nonce: string): void {
    this.#folder.release(nonce, gate);
  }

  forget(nonce: string): void {
    this.#folder.forget(nonce);
  }

  collect(): void {
    this.#folder.collect();
  }

  fetch(): undefined {}

  async terminate(): Promise<void> {
    this.#onDeath = () => undefined;
    if (this.#alive) await this.#harness?.stop(STOP_BUDGET).catch(() => undefined);
    this.#alive = false;
    await this.#harness?.kill();
    this.#folder.remove();
  }

  async #ask(question: Parameters<Harness['ask']>[0], budget: number): Promise<HarnessReply> {
    if (this.#harness === undefined) throw new HarnessFault(this.#options.unavailable ?? '');
    const reply = await this.#harness.ask(question, budget);
    if (reply.skipped === true) {
      const issue = reply.issue === undefined ? '' : ` (${reply.issue})`;
      throw new Unobservable(`the harness leaves it out: ${reply.reason ?? 'no reason'}${issue}`);
    }
    if (reply.unimplemented === true) {
      throw new Unobservable(`the harness does not implement "${question.cmd}" in this form`);
    }
    return reply;
  }
}

/** A module that a check describes says itself under which profile it is to be called. */
function profileOf({ module, profile }: ServerSettings): { readonly profile?: Profile } {
  return module === undefined && profile !== undefined ? { profile } : {};
}

function readSchema(): Schema {
  return JSON.parse(readFileSync(SCHEMA, 'utf8')) as Schema;
}
