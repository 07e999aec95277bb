/**
 * Rule 1: this speaks the harness protocol for an adapter written in JavaScript, in any runtime. A
 * request may have to wait for a later one, so that none waits for the reply to the one before.
 */
import type { AsyncApplication } from '@tsgi/types';
import { readAdapter } from '../target/adapter.ts';
import type { RunningServer, ServerAdapter, StartOptions } from '../target/adapter.ts';
import { describeError } from '../target/host-messages.ts';
import { PROTOCOL_VERSION } from '../target/protocol-messages.ts';
import type { HarnessNotice, HarnessReply, HarnessRequest } from '../target/protocol-messages.ts';

type Listen = Extract<HarnessRequest, { readonly cmd: 'listen' }>;
type Answer = Omit<HarnessReply, 'seq'>;

/** Where requests come from and replies go. */
export interface HarnessStreams {
  readonly input: AsyncIterable<string | Uint8Array>;
  readonly write: (line: string) => void;
}

/** Answers requests until `stop` comes or the input ends. Throws for what is no adapter. */
export async function serveHarness(
  exports: Readonly<Record<string, unknown>>,
  streams: HarnessStreams,
): Promise<void> {
  const session = new HarnessSession(readAdapter(exports), (message) => {
    streams.write(`${JSON.stringify(message)}\n`);
  });
  for await (const line of splitLines(streams.input)) {
    if (line.trim() === '') continue;
    const request = JSON.parse(line) as HarnessRequest;
    const taken = session.take(request);
    if (request.cmd === 'stop') return taken;
  }
}

class HarnessSession {
  readonly #adapter: ServerAdapter;
  readonly #send: (message: HarnessReply | HarnessNotice) => void;
  readonly #running = new Map<number, RunningServer>();
  #servers = 0;

  constructor(adapter: ServerAdapter, send: (message: HarnessReply | HarnessNotice) => void) {
    this.#adapter = adapter;
    this.#send = send;
  }

  async take(request: HarnessRequest): Promise<void> {
    const { seq } = request;
    try {
      this.#send({ seq, ...(await this.#answer(request)) });
    } catch (error) {
      this.#send({ seq, error: describeError(error) });
    }
  }

  async #answer(request: HarnessRequest): Promise<Answer> {
    switch (request.cmd) {
      case 'start': {
        const { meta, capabilities = {} } = this.#adapter;
        return { v: PROTOCOL_VERSION, meta: { ...meta }, capabilities: { ...capabilities } };
      }
      case 'listen':
        return this.#listen(request);
      case 'close':
        await this.#running.get(request.server)?.close();
        this.#running.delete(request.server);
        return {};
      case 'stop':
        await Promise.all([...this.#running.values()].map((server) => server.close()));
        return {};
      default:
        return { unimplemented: true };
    }
  }

  async #listen({ app, host, port, scriptName, profile }: Listen): Promise<Answer> {
    const options: StartOptions = {
      host,
      port,
      scriptName,
      onError: (error) => this.#send({ event: 'fault', error: describeError(error) }),
    };
    const server = await this.#launch(
      app,
      profile === undefined ? options : { ...options, profile },
    );
    if (server === undefined) return { unimplemented: true };
    this.#servers += 1;
    this.#running.set(this.#servers, server);
    return { server: this.#servers, url: server.url };
  }

  /** Without a profile the server itself is to load the module, which not every adapter can. */
  async #launch(app: string, options: StartOptions): Promise<RunningServer | undefined> {
    if (options.profile === undefined) return this.#adapter.startModule?.(app, options);
    const { href } = new URL(app, 'file:///');
    const loaded = (await import(href)) as {
      readonly default: AsyncApplication;
      readonly lifespan?: NonNullable<StartOptions['lifespan']>;
    };
    const { lifespan } = loaded;
    return this.#adapter.start(loaded.default, {
      ...options,
      ...(lifespan === undefined ? {} : { lifespan }),
    });
  }
}

/** @yields lines without their ends; the last one only where a newline ends it */
async function* splitLines(
  input: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of input) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
