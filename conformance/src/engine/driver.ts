import type { ServerSettings } from '../check.ts';
import type { StartedServer, Target } from '../target/target.ts';
import { Unobservable } from '../target/target.ts';
import { readEndpoint } from '../wire/endpoint.ts';
import { RawConnection } from '../wire/raw-connection.ts';
import type { Endpoint, SecureClient } from '../wire/raw-connection.ts';
import { buildRequest } from '../wire/request-bytes.ts';
import type { RequestShape } from '../wire/request-bytes.ts';
import type { WireResponse } from '../wire/response-reader.ts';
import type { Transcript } from '../wire/transcript.ts';
import { Assertions } from './assertions.ts';
import type { Deadline } from './deadline.ts';
import type { EventLog, LoggedEvent } from './event-log.ts';
import { HarnessFault, StartRejected } from './failures.ts';
import { getCertificates } from './certificates.ts';
import { findFreePort } from './free-port.ts';
import { sites } from './sites.ts';

/** What a client says in its handshake. */
export interface SecureTerms extends Omit<SecureClient, 'identity'> {
  /** The certificate that it has, of an authority that the server was told to trust or of none. */
  readonly client?: 'trusted' | 'unknown' | undefined;
}

/** What a driver needs from the engine. */
export interface DriverContext {
  /** The id of the check. */
  readonly check: string;
  readonly nonce: string;
  /** Undefined until the check has launched one. */
  readonly server: StartedServer | undefined;
  readonly mount: string;
  readonly deadline: Deadline;
  readonly transcript: Transcript;
  readonly log: EventLog;
  readonly start: (settings: ServerSettings, port: number) => Promise<StartedServer>;
  readonly stop: (server: StartedServer) => Promise<void>;
  readonly release: (gate: string) => void;
  readonly faults: Target['faults'];
}

/** What the kit's side of a check is given: connections, the event log, gates and assertions. */
export class Driver {
  readonly assert: Assertions;
  readonly #context: DriverContext;
  #server: StartedServer | undefined;
  readonly #connections: RawConnection[] = [];

  /** One driver serves one run of one check. */
  constructor(context: DriverContext) {
    this.#context = context;
    this.#server = context.server;
    this.assert = new Assertions(context.check);
  }

  /** The server of this check; throws before there is one. */
  get server(): StartedServer {
    if (this.#server === undefined) throw new HarnessFault('the check has launched no server');
    return this.#server;
  }

  /** Where the server of this check listens. */
  get endpoint(): Endpoint {
    return readEndpoint(this.server.url);
  }

  /** The URL that the adapter returned. */
  get url(): string {
    return this.server.url;
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

  /** A connection with TLS. */
  async connectSecure(terms: SecureTerms = {}): Promise<RawConnection> {
    const identity =
      terms.client === undefined ? undefined : getCertificates()[`${terms.client}Client`];
    const connection = await RawConnection.open(
      { ...this.endpoint, secure: { ...terms, identity } },
      this.#context,
    );
    this.#connections.push(connection);
    return connection;
  }

  /** The PEM text of a certificate that the kit has made. */
  certificateOf(whom: 'trusted' | 'unknown' | 'authority'): string {
    const certificates = getCertificates();
    if (whom === 'authority') return certificates.authority;
    return certificates[`${whom}Client`].cert;
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
    const found = this.#context.log.next(type, nth);
    // Whoever has stopped waiting need not hear that the run is over.
    found.catch(() => undefined);
    return this.#context.deadline.within(found, name);
  }

  /**
   * What the server says of a fault of the application. Where it writes a log, that is all it has
   * written, once `pattern` is in it.
   */
  async fault(pattern: RegExp): Promise<string> {
    const { faults, log } = this.#context;
    if (faults === 'none') throw new Unobservable('nothing of what the server logs can be seen');
    for (let nth = 1; ; nth += 1) {
      const { data } = await this.event('fault', nth);
      const { error } = data as { readonly error: string };
      if (faults === 'hook') return error;
      const whole = log.ofType('fault').map((event) => (event.data as { error: string }).error);
      const text = whole.join('');
      if (pattern.test(text)) return text;
    }
  }

  /** Whether errors of the server reach the kit in its own words alone, and not with their codes. */
  get speaksInWords(): boolean {
    return this.#context.faults !== 'hook';
  }

  /** How many faults the server has told of; a log says nothing about that. */
  get faultCount(): number {
    if (this.#context.faults !== 'hook') {
      throw new Unobservable('what the server writes does not tell a fault from other messages');
    }
    return this.events('fault').length;
  }

  /** Gives up where several processes have hooks of their own, whose events are mixed up. */
  requireOneProcess(): void {
    if (this.events('several processes').length === 0) return;
    throw new Unobservable('the events of several processes, each with a lifespan, are mixed up');
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

  /** Starts the server of a check that is marked as unstarted. */
  async launch(settings: ServerSettings = {}): Promise<StartedServer> {
    this.#server = await this.#context.deadline.within(
      this.#context.start(settings, 0),
      'start() to settle',
    );
    return this.#server;
  }

  /** The same on a port that is known before; `starting` settles when start() has. */
  async launchOnFreePort(
    settings: ServerSettings,
  ): Promise<{ readonly starting: Promise<void>; readonly port: number }> {
    const port = await findFreePort();
    const started = this.#context.start(settings, port);
    const starting = this.#adopt(started);
    starting.catch(() => undefined);
    return { starting, port };
  }

  async #adopt(started: Promise<StartedServer>): Promise<void> {
    this.#server = await this.#context.deadline.within(started, 'start() to settle');
  }

  /**
   * Whatever the server's side had to say without waiting is in the event log afterwards. What was sent
   * before has arrived as well: the system delivers it before a request to the server that is started.
   */
  async barrier(): Promise<void> {
    const other = await this.startAnother({ variant: 'idle' }, 0);
    const connection = await this.connect(readEndpoint(other.url));
    const target = `${this.#context.mount}/tsgi-canary`;
    await connection.send(this.request({ target, headers: [['Connection', 'close']] }));
    await connection.responseOrEnd();
    await connection.dispose();
    await this.stop(other);
  }

  /** Why a server does not start; undefined where it does. */
  async refusal(settings: ServerSettings): Promise<string | undefined> {
    try {
      await this.launch(settings);
      return undefined;
    } catch (error) {
      if (!(error instanceof StartRejected)) throw error;
      return error.reason;
    }
  }

  /** Starts another server with the same application; `port` 0 leaves the choice to the system. */
  async startAnother(settings: ServerSettings, port: number): Promise<StartedServer> {
    return this.#context.start(settings, port);
  }

  /** Stops a server; settles when its close() has. */
  stop(server: StartedServer = this.server): Promise<void> {
    const { deadline, stop } = this.#context;
    const stopped = deadline.within(stop(server), 'close() to settle');
    // Some checks look at it later, or not at all where they end before.
    stopped.catch(() => undefined);
    return stopped;
  }

  /** Stops the server; what its close() rejects with, or undefined. */
  async complaint(): Promise<string | undefined> {
    try {
      await this.stop();
      return undefined;
    } catch (error) {
      if (!(error instanceof HarnessFault)) throw error;
      return error.message;
    }
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
    const isOurs = response.statusCode === 200 && transcript.sawNonce;
    if (!isOurs && sites.inForce('engine identity')) {
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
