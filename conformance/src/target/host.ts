/**
 * Rule 1: this side runs the server under test and the applications, in a thread of its own, so that
 * neither a blocked thread nor an uncaught exception of the server can stop the kit.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { AsyncApplication } from '@tsgi/types';
import type { PlainData, ServerCheck } from '../check.ts';
import { createProbe, hostApplication, watchProperties } from '../probe/hosted-application.ts';
import type { Backstage } from '../probe/hosted-application.ts';
import { serverSuite } from '../suites/server/suite.ts';
import { AdapterShapeError, checkRunning, readAdapter } from './adapter.ts';
import type { RunningServer, ServerAdapter, StartOptions } from './adapter.ts';
import { describeError, NO_MODULES } from './host-messages.ts';
import type { HostCommand, HostMessage, StartCommand } from './host-messages.ts';

/** Serves the kit's commands until the thread is ended. */
export async function serveHost(): Promise<void> {
  const { adapterUrl } = workerData as { readonly adapterUrl: string };
  if (parentPort === null) return;
  await serveAdapter(() => import(adapterUrl) as Promise<Exports>, parentPort);
}

/** Serves the kit's commands that come through a port, with the adapter that `load` finds. */
export async function serveAdapter(
  load: () => Exports | Promise<Exports>,
  port: MessagePort,
): Promise<void> {
  const send = (message: HostMessage): void => port.postMessage(message, []);
  try {
    const adapter = readAdapter(await load());
    const host = new Host(adapter, send);
    port.on('message', (command: HostCommand) => {
      void host.obey(command);
    });
    send({ kind: 'ready', meta: { ...adapter.meta }, capabilities: { ...adapter.capabilities } });
  } catch (error) {
    const reason = error instanceof AdapterShapeError ? 'shape' : 'import';
    const message = reason === 'shape' ? (error as Error).message : describeError(error);
    send({ kind: 'unusable', reason, message });
  }
}

type Exports = Readonly<Record<string, unknown>>;
type Send = (message: HostMessage) => void;

class Host {
  readonly #adapter: ServerAdapter;
  readonly #send: Send;
  readonly #running = new Map<number, RunningServer>();
  readonly #opened = new Set<string>();
  readonly #waiting = new Map<string, () => void>();
  #instances = 0;

  constructor(adapter: ServerAdapter, send: Send) {
    this.#adapter = adapter;
    this.#send = send;
  }

  async obey(command: HostCommand): Promise<void> {
    if (command.command === 'release') {
      this.#opened.add(command.gate);
      this.#waiting.get(command.gate)?.();
      return;
    }
    const { call } = command;
    try {
      if (command.command === 'start')
        this.#send({ kind: 'reply', call, ...(await this.#start(command)) });
      else {
        const server = this.#running.get(command.instance);
        this.#running.delete(command.instance);
        await server?.close();
        this.#send({ kind: 'reply', call });
      }
    } catch (error) {
      this.#send({ kind: 'reply', call, error: describeError(error) });
    }
  }

  async #start(command: StartCommand): Promise<{ instance: number; url: string }> {
    const check = serverSuite.find(({ id }) => id === command.check);
    if (check === undefined) throw new Error(`the host knows no check ${command.check}`);
    if (this.#running.size === 0) this.#opened.clear();
    const { scriptName, profile, variant = '' } = command.settings;
    const { nonce } = command;
    const backstage = this.#backstage(check, command);
    const hosted = hostApplication(check, nonce, backstage);
    const application = watchProperties(hosted, (key) => this.#report(nonce, 'touch', key));
    const lifespan = check.lifespan?.(createProbe(check, nonce, backstage), variant);
    const { secure: tls } = command;
    const options: StartOptions = {
      label: command.check,
      host: '127.0.0.1',
      port: command.port,
      ...(scriptName === undefined ? {} : { scriptName }),
      profile: profile ?? 'sync',
      onError: (error) => this.#report(command.nonce, 'fault', { error: describeError(error) }),
      ...(lifespan === undefined ? {} : { lifespan }),
      ...(tls === undefined ? {} : { tls }),
    };
    const server = checkRunning(await this.#launch(command.module ?? application, options));
    this.#instances += 1;
    this.#running.set(this.#instances, server);
    return { instance: this.#instances, url: server.url };
  }

  #launch(what: string | AsyncApplication, options: StartOptions): Promise<RunningServer> {
    if (typeof what === 'function') return this.#adapter.start(what, options);
    if (this.#adapter.startModule === undefined) throw new Error(NO_MODULES);
    // The module says itself what its profile and its lifespan are.
    const { profile: _profile, lifespan: _lifespan, ...others } = options;
    return this.#adapter.startModule(what, others);
  }

  #backstage(check: ServerCheck, { nonce, gates, budget }: StartCommand): Backstage {
    const words = new Int32Array(gates);
    return {
      report: (type, data) => this.#report(nonce, type, data),
      hold: (gate) => {
        const index = check.gates?.indexOf(gate) ?? -1;
        return Atomics.wait(words, index, 0, budget) !== 'timed-out';
      },
      holdAsync: async (gate) => {
        if (this.#opened.has(gate)) return;
        await new Promise<void>((resolve) => {
          this.#waiting.set(gate, resolve);
        });
      },
    };
  }

  #report(nonce: string, type: string, data?: PlainData): void {
    const message = { kind: 'event', nonce, type } as const;
    this.#send(data === undefined ? message : { ...message, data });
  }
}
