import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setImmediate as nextPhase } from 'node:timers/promises';
import { connect as connectSecure } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import type { Deadline } from '../engine/deadline.ts';
import { CheckFailure, ConnectionLost, NoListener } from '../engine/failures.ts';
import { sites } from '../engine/sites.ts';
import { fromBytes } from './byte-string.ts';
import { ResponseReader } from './response-reader.ts';
import type { Closing, WireResponse } from './response-reader.ts';
import type { Transcript } from './transcript.ts';

/** Where a server listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** TLS is spoken where this is present. */
  readonly secure?: SecureClient | undefined;
}

/** A client of TLS; what is absent is left to the runtime. */
export interface SecureClient {
  readonly servername?: string | undefined;
  readonly protocols?: readonly string[] | undefined;
  readonly version?: 'TLSv1.2' | 'TLSv1.3' | undefined;
  /** In the names of OpenSSL. */
  readonly ciphers?: string | undefined;
  /** The client's certificate. */
  readonly identity?: { readonly key: string; readonly cert: string } | undefined;
}

/** What a connection needs beside its endpoint. */
export interface ConnectionContext {
  /** The id of the check. */
  readonly check: string;
  readonly deadline: Deadline;
  readonly transcript: Transcript;
}

/** Event loop phases after which octets already sent on loopback are visible to this process. */
const POLL_PHASES = 3;

function connectTo({ host, port, secure }: Endpoint): Socket {
  if (secure === undefined) return connect({ host, port, allowHalfOpen: true, noDelay: true });
  const { servername = '', protocols = [], version, ciphers, identity } = secure;
  const options: ConnectionOptions & { allowHalfOpen: boolean } = {
    host,
    port,
    allowHalfOpen: true,
    rejectUnauthorized: false,
    servername,
    ...(protocols.length === 0 ? {} : { ALPNProtocols: [...protocols] }),
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
    ...(ciphers === undefined ? {} : { ciphers }),
    ...identity,
  };
  return connectSecure(options);
}

/** One client connection, under the check's full control; nothing is retried or repaired. */
export class RawConnection {
  readonly #socket: Socket;
  readonly #check: string;
  readonly #deadline: Deadline;
  readonly #note: ReturnType<Transcript['open']>;
  readonly #reader = new ResponseReader();
  readonly #waiting = new Set<() => void>();
  #closing: Closing | undefined;
  #received = 0;
  #whole: WireResponse | undefined;

  private constructor(socket: Socket, context: ConnectionContext) {
    this.#socket = socket;
    this.#check = context.check;
    this.#deadline = context.deadline;
    this.#note = context.transcript.open();
    socket.on('data', (bytes: Uint8Array) => this.#take(bytes));
    socket.on('end', () => this.#tellEnd());
    socket.on('error', () => this.#close('rst'));
    socket.on('close', () => this.#close('rst'));
  }

  /** Connects; rejects with NoListener where the system refuses. */
  static async open(endpoint: Endpoint, context: ConnectionContext): Promise<RawConnection> {
    const socket = connectTo(endpoint);
    const connected = new Promise<void>((resolve, reject) => {
      socket.once(endpoint.secure === undefined ? 'connect' : 'secureConnect', resolve);
      socket.once('error', ({ message }) => {
        // The address is in the message, and messages must not change from run to run.
        const got = message.replace(/ [\d.:]+$/, '');
        reject(new NoListener(got));
      });
    });
    try {
      await context.deadline.within(connected, 'the connection to be accepted');
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return new RawConnection(socket, context);
  }

  /** Sends each array as a segment of its own; settles when the system has taken the last one. */
  async send(...segments: readonly Uint8Array[]): Promise<void> {
    for (const segment of segments) {
      this.#note.sent(segment);
      if (this.#socket.destroyed || !this.#socket.writable) return;
      const written = new Promise<void>((resolve) => {
        this.#socket.write(segment, () => resolve());
      });
      await this.#deadline.within(written, 'the server to read the request');
    }
  }

  /** Sends the same octets again and again until the server ends the connection. */
  async sendUntilEnded(octets: Uint8Array): Promise<void> {
    while (this.#closing === undefined && this.#socket.writable) {
      const taken = new Promise<void>((resolve) => {
        this.#socket.write(octets, () => resolve());
      });
      await this.#deadline.within(taken, 'the server to end a connection that it does not read');
    }
    await this.#until('the server to close the connection', () => this.#closing);
  }

  /** Hands octets over and waits for nothing: they leave as fast as the server reads them. */
  offer(segments: readonly Uint8Array[]): void {
    for (const segment of segments) {
      if (this.#socket.destroyed || !this.#socket.writable) return;
      this.#socket.write(segment);
    }
  }

  /**
   * Sends octets up to `count` times, for as long as the system takes them: where it has not by the
   * tenth time that `between` was awaited, that is the end. Returns how many times they were taken.
   */
  async flood(octets: Uint8Array, count: number, between: () => Promise<void>): Promise<number> {
    const taken: number[] = [];
    for (let sent = 0; sent < count && this.#closing === undefined; sent += 1) {
      this.#socket.write(octets, () => {
        taken.push(sent);
      });
      for (let round = 0; round < 10 && !taken.includes(sent); round += 1) await between();
      if (!taken.includes(sent)) break;
    }
    return taken.length;
  }

  /** The next final response, whole or cut by the end of the connection. */
  async response(method = 'GET'): Promise<WireResponse> {
    return this.#until(`the response to ${method}`, () => {
      const response = this.#next(method);
      if (response !== undefined) return response;
      if (this.#closing === undefined) return undefined;
      const got = this.#received === 0 ? 'no octet of one' : 'only a part of its head';
      throw new ConnectionLost(
        `response to ${method}`,
        'a response',
        `${got}, then the connection ended`,
      );
    });
  }

  /** The next final response, or undefined where the connection ends without an octet of one. */
  async responseOrEnd(method = 'GET'): Promise<WireResponse | undefined> {
    const found = await this.#until(`the response to ${method}, or the end`, () => {
      const response = this.#next(method);
      if (response !== undefined) return { response };
      return this.#closing === undefined ? undefined : { response: undefined };
    });
    return found.response;
  }

  /** Waits for the number of interim responses; they stay with the final response. */
  async interim(count: number): Promise<void> {
    await this.#until(`${count} interim response`, () => {
      const response = this.#reader.read('GET', undefined);
      if (response !== undefined || this.#closing !== undefined) {
        const got = response === undefined ? 'the end of the connection' : response.status;
        throw new CheckFailure('first response', 'an interim response', got);
      }
      return this.#reader.interim.length >= count || undefined;
    });
  }

  /** Waits until the content of the response that is coming holds `text`, whatever its framing. */
  async received(text: string): Promise<void> {
    await this.#until(`the content "${text}" on the wire`, () => {
      this.#whole ??= this.#reader.read('GET', this.#closing);
      const content = fromBytes(this.#whole?.body ?? this.#reader.partialContent);
      if (content.includes(text)) return true;
      if (this.#whole === undefined && this.#closing === undefined) return undefined;
      throw new CheckFailure('content on the wire', `"${text}"`, 'the end of the response');
    });
  }

  /** Waits until at least that many octets have come in all. */
  async receivedOctets(count: number): Promise<void> {
    await this.#until(`${count} octets in all`, () => {
      if (this.#received >= count) return true;
      if (this.#closing === undefined) return undefined;
      const got = `the end of the connection after ${this.#received}`;
      throw new ConnectionLost('octets received', `at least ${count}`, got);
    });
  }

  /** Waits for the end of the connection; FIN and RST are one outcome to most checks. */
  async ended(): Promise<Closing> {
    const site = sites.ofCheck(this.#check, 'end of the connection is awaited');
    if (!sites.inForce(site)) return this.#closing ?? 'fin';
    try {
      return await this.#until('the server to close the connection', () => this.#closing);
    } catch (error) {
      if (error instanceof CheckFailure) error.at(site);
      throw error;
    }
  }

  /** The number of octets that have arrived once everything already sent is visible. */
  async octetsSoFar(): Promise<number> {
    for (let phase = 0; phase < POLL_PHASES; phase += 1) await nextPhase();
    return this.#received;
  }

  /** The port of this side. */
  get localPort(): number {
    return this.#socket.localPort ?? 0;
  }

  /** Octets received that belong to no response read so far. */
  get unread(): number {
    return this.#reader.unread;
  }

  /** Whether the peer has ended the connection. */
  get closing(): Closing | undefined {
    return this.#closing;
  }

  /** Sends FIN and goes on reading. */
  halfClose(): void {
    this.#socket.end();
  }

  /** Gives the connection up. With FIN nothing unread may be pending, or the system sends RST. */
  async abort(how: Closing): Promise<void> {
    if (how === 'rst') this.#socket.resetAndDestroy();
    else this.#socket.destroy();
    await this.#destroyed();
  }

  /** Stops taking octets from the system. */
  pause(): void {
    this.#socket.pause();
  }

  /** Takes octets again. */
  resume(): void {
    this.#socket.resume();
  }

  /** Releases the socket; settles when the system has closed it. */
  async dispose(): Promise<void> {
    this.#socket.destroy();
    await this.#destroyed();
  }

  async #destroyed(): Promise<void> {
    if (this.#socket.closed) return;
    await new Promise<void>((resolve) => {
      this.#socket.once('close', () => resolve());
    });
  }

  /** What `received` has read to its end already, or what the reader has. */
  #next(method: string): WireResponse | undefined {
    const response = this.#whole ?? this.#reader.read(method, this.#closing);
    this.#whole = undefined;
    return response;
  }

  #take(bytes: Uint8Array): void {
    this.#note.received(bytes);
    this.#received += bytes.length;
    this.#reader.push(bytes);
    this.#wake();
  }

  /**
   * The system may report a reset that comes together with data as an orderly end. Writing tells them
   * apart: after an orderly end the system still takes an octet.
   */
  #tellEnd(): void {
    if (!this.#socket.writable) this.#close('fin');
    else this.#socket.write(' ', (error) => this.#close(error ? 'rst' : 'fin'));
  }

  #close(how: Closing): void {
    if (this.#closing !== undefined) return;
    this.#closing = how;
    this.#note.ended(how);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  async #until<Value>(awaited: string, look: () => Value | undefined): Promise<Value> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const change = new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
      await this.#deadline.within(change, awaited);
    }
  }
}
