/**
 * Rule 1: this side runs the server under test and the applications, in a thread of its own, so that
 * neither a blocked thread nor an uncaught exception of the server can stop the kit.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { AsyncApplication, Environ } from '@tsgi/types';
import type { PlainData, Probe, ServerCheck } from '../check.ts';
import { serverSuite } from '../suites/server/suite.ts';
import { toBytes } from '../wire/byte-string.ts';
import { AdapterShapeError, readAdapter } from './adapter.ts';
import type { RunningServer, ServerAdapter, StartOptions } from './adapter.ts';
import { describeError } from './host-messages.ts';
import type { HostCommand, HostMessage, StartCommand } from './host-messages.ts';

/** The last segment of the target that the canary request asks for. */
const CANARY = '/tsgi-canary';

/** Serves the kit's commands until the thread is ended. */
export async function serveHost(): Promise<void> {
  const { adapterUrl } = workerData as { readonly adapterUrl: string };
  const adapter = await loadAdapter(adapterUrl);
  if (adapter === undefined) return;
  const host = new Host(adapter);
  parentPort?.on('message', (command: HostCommand) => {
    void host.obey(command);
  });
  send({ kind: 'ready', meta: { ...adapter.meta }, capabilities: { ...adapter.capabilities } });
}

async function loadAdapter(url: string): Promise<ServerAdapter | undefined> {
  try {
    return readAdapter((await import(url)) as Readonly<Record<string, unknown>>);
  } catch (error) {
    const reason = error instanceof AdapterShapeError ? 'shape' : 'import';
    const message = reason === 'shape' ? (error as Error).message : describeError(error);
    send({ kind: 'unusable', reason, message });
    return undefined;
  }
}

function send(message: HostMessage): void {
  parentPort?.postMessage(message, []);
}

class Host {
  readonly #adapter: ServerAdapter;
  readonly #running = new Map<number, RunningServer>();
  readonly #opened = new Set<string>();
  readonly #waiting = new Map<string, () => void>();
  #instances = 0;

  constructor(adapter: ServerAdapter) {
    this.#adapter = adapter;
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
        send({ kind: 'reply', call, ...(await this.#start(command)) });
      else {
        await this.#running.get(command.instance)?.close();
        this.#running.delete(command.instance);
        send({ kind: 'reply', call });
      }
    } catch (error) {
      send({ kind: 'reply', call, error: describeError(error) });
    }
  }

  async #start(command: StartCommand): Promise<{ instance: number; url: string }> {
    const check = serverSuite.find(({ id }) => id === command.check);
    if (check === undefined) throw new Error(`the host knows no check ${command.check}`);
    if (this.#running.size === 0) this.#opened.clear();
    const { scriptName, profile } = command.settings;
    const options: StartOptions = {
      host: '127.0.0.1',
      port: command.port,
      ...(scriptName === undefined ? {} : { scriptName }),
      profile: profile ?? 'sync',
      onError: (error) => report(command.nonce, 'fault', { error: describeError(error) }),
    };
    const server = await this.#adapter.start(this.#application(check, command), options);
    this.#instances += 1;
    this.#running.set(this.#instances, server);
    return { instance: this.#instances, url: server.url };
  }

  #application(check: ServerCheck, { nonce, gates, budget }: StartCommand): AsyncApplication {
    const words = new Int32Array(gates);
    const probe: Probe = {
      tag: ['Tsgi-Nonce', nonce],
      record: (type, data) => report(nonce, type, data),
      hold: (gate) => {
        report(nonce, `hold ${gate}`);
        return Atomics.wait(words, indexOfGate(check, gate), 0, budget) !== 'timed-out';
      },
      holdAsync: async (gate) => {
        indexOfGate(check, gate);
        report(nonce, `hold ${gate}`);
        if (this.#opened.has(gate)) return;
        await new Promise<void>((resolve) => {
          this.#waiting.set(gate, resolve);
        });
      },
    };
    const application = check.app(probe);
    return watchProperties(nonce, (...args) => {
      const [environ, startResponse] = args;
      const uri: unknown = environ.REQUEST_URI;
      if (typeof uri === 'string' && uri.endsWith(CANARY)) {
        report(nonce, 'canary');
        startResponse('200 OK', [['Content-Type', 'text/plain'], probe.tag]);
        return [toBytes(nonce)];
      }
      if (isOfOtherRun(environ, nonce)) {
        startResponse('404 Not Found', []);
        return [];
      }
      report(nonce, 'call', { method: environ.REQUEST_METHOD, uri: environ.REQUEST_URI });
      return application(...args);
    });
  }
}

/** The port may have belonged to another run of the kit, whose client does not know that yet. */
function isOfOtherRun(environ: Environ, nonce: string): boolean {
  const run: unknown = environ['HTTP_TSGI_RUN'];
  return typeof run === 'string' && /^[\da-f]{32}$/.test(run) && run !== nonce;
}

/** Reports every property of the application that somebody reads, writes or deletes. */
function watchProperties(nonce: string, application: AsyncApplication): AsyncApplication {
  const touch = (key: string | symbol): void => report(nonce, 'touch', String(key));
  return new Proxy(application, {
    get: (target, key, receiver) => {
      touch(key);
      return Reflect.get(target, key, receiver) as unknown;
    },
    set: (target, key, value, receiver) => {
      touch(key);
      return Reflect.set(target, key, value, receiver);
    },
    deleteProperty: (target, key) => {
      touch(key);
      return Reflect.deleteProperty(target, key);
    },
  });
}

function report(nonce: string, type: string, data?: PlainData): void {
  send(data === undefined ? { kind: 'event', nonce, type } : { kind: 'event', nonce, type, data });
}

function indexOfGate(check: ServerCheck, gate: string): number {
  const index = check.gates?.indexOf(gate) ?? -1;
  if (index < 0) throw new Error(`${check.id} does not declare the gate ${gate}`);
  return index;
}
