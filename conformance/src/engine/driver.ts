import type { ServerSettings } from '../check.ts';
import type { StartedServer } from '../target/target-host.ts';
import { RawConnection } from '../wire/raw-connection.ts';
import type { Endpoint } from '../wire/raw-connection.ts';
import { buildRequest } from '../wire/request-bytes.ts';
import type { RequestShape } from '../wire/request-bytes.ts';
import type { WireResponse } from '../wire/response-reader.ts';
import type { Transcript } from '../wire/transcript.ts';
import { Assertions } from './assertions.ts';
import type { Deadline } from './deadline.ts';
import type { EventLog, LoggedEvent } from './event-log.ts';
import { HarnessFault } from './failures.ts';

/** What a driver needs from the engine. */
export interface DriverContext {
  readonly nonce: string;
  readonly server: StartedServer;
  readonly mount: string;
  readonly deadline: Deadline;
  readonly transcript: Transcript;
  readonly log: EventLog;
  readonly start: (settings: ServerSettings, port: number) => Promise<StartedServer>;
  readonly stop: (server: StartedServer) => Promise<void>;
  readonly release: (gate: string) => void;
}

/** What the kit's side of a check is given: connections, the event log, gates and assertions. */
export class Driver {
  readonly assert: Assertions = new Assertions();
  readonly #context: DriverContext;
  readonly #connections: RawConnection[] = [];

  /** One driver serves one run of one check. */
  constructor(context: DriverContext) {
    this.#context = context;
  }

  /** Where the server of this check listens. */
  get endpoint(): Endpoint {
    return readEndpoint(this.#context.server.url);
  }

  /** The URL that the adapter returned. */
  get url(): string {
    return this.#context.server.url;
  }

  /** The octets of a request that carries the nonce of this run. */
  request(shape: RequestShape = {}): Uint8Array {
    return buildRequest(shape, this.#context.nonce);
  }

  /** A fresh connection; the engine releases it when the check ends. */
  async connect(endpoint: Endpoint = this.endpoint): Promise<RawConnection> {
    const connection = await RawConnection.open(endpoint, this.#context);
    this.#connections.push(connection);
    return connection;
  }

  /** Sends one request on a fresh connection. */
  async begin(shape: RequestShape = {}): Promise<RawConnection> {
    const connection = await this.connect();
    await connection.send(this.request(shape));
    return connection;
  }

  /** Sends one request on a fresh connection and reads the response to it. */
  async exchange(shape: RequestShape = {}): Promise<WireResponse> {
    const connection = await this.begin(shape);
    return connection.response(shape.method);
  }

  /** Waits for the `nth` event of a type, counted from 1. */
  async event(type: string, nth = 1): Promise<LoggedEvent> {
    const name = nth === 1 ? `event "${type}"` : `event "${type}" number ${nth}`;
    return this.#context.deadline.within(this.#context.log.next(type, nth), name);
  }

  /** The events of a type so far; complete only after `settle`. */
  events(type: string): readonly LoggedEvent[] {
    return this.#context.log.ofType(type);
  }

  /** The types of all events so far that are among `types`, in order. */
  sequence(...types: readonly string[]): readonly string[] {
    return this.#context.log.events.map(({ type }) => type).filter((type) => types.includes(type));
  }

  /** Opens a gate of the application. */
  release(gate: string): void {
    this.#context.release(gate);
  }

  /** Starts another server with the same application; `port` 0 leaves the choice to the system. */
  async startAnother(settings: ServerSettings, port: number): Promise<StartedServer> {
    return this.#context.start(settings, port);
  }

  /** Stops a server; settles when its close() has. */
  async stop(server: StartedServer = this.#context.server): Promise<void> {
    await this.#context.deadline.within(this.#context.stop(server), 'close() to settle');
  }

  /** Gives up all connections and stops the server, after which no event can follow. */
  async settle(): Promise<void> {
    await this.proveIdentity();
    await this.dispose();
    await this.stop();
  }

  /** Throws a HarnessFault unless this run's application has answered, on the wire and in the log. */
  async proveIdentity(): Promise<void> {
    const { transcript, log } = this.#context;
    if (!transcript.sawNonce || log.events.length === 0) await this.ping();
  }

  /**
   * One request to the kit's own answer beside the application, on a fresh connection. Whatever the
   * server did before is in the event log afterwards.
   */
  async ping(): Promise<void> {
    const { transcript, log, mount } = this.#context;
    const before = log.ofType('canary').length;
    const target = `${mount}/tsgi-canary`;
    const connection = await this.begin({ target, headers: [['Connection', 'close']] });
    const response = await connection.response();
    await connection.dispose();
    if (response.statusCode !== 200 || !transcript.sawNonce) {
      const told = `${response.status}${transcript.sawNonce ? '' : ' without the nonce'}`;
      throw new HarnessFault(`the answers do not come from the application of this run: ${told}`);
    }
    await this.event('canary', before + 1);
  }

  /** Releases every connection. */
  async dispose(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.dispose()));
  }
}

/** Host and port of `http://HOST:PORT`, with or without a slash at the end; throws a HarnessFault. */
export function readEndpoint(url: string): Endpoint {
  const match = /^http:\/\/(?:\[([\da-f:]+)\]|([\w.-]+)):(\d+)\/?$/.exec(url);
  if (match === null) {
    throw new HarnessFault(`the adapter returned ${JSON.stringify(url)}, not http://HOST:PORT`);
  }
  return { host: match[1] ?? match[2] ?? '', port: Number(match[3]) };
}
