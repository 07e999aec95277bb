import type { Socket } from 'node:net';
import type { Connection } from '@tsgi/core';
import { HeadLines, type Http1Limits, Http1Server } from '@tsgi/protocol/http1';
import type { ServerSettings } from '../options.ts';
import type { ManagedConnection } from './connections.ts';
import { NetCycle } from './net-cycle.ts';
import type { CycleHost, CycleServer } from './net-cycle-host.ts';
import { Deadlines, type Phase } from './net-deadlines.ts';
import { Leftovers } from './net-leftovers.ts';
import { type Receiver, receiveFrom } from './socket-reader.ts';

/** What a connection needs of its server. */
export interface NetConnectionHost extends CycleServer {
  readonly limits: Partial<Http1Limits>;
}

const NOTHING = new Uint8Array(0);
/** Octets of pipelined requests that wait in memory before the socket is no longer read. */
const PIPELINE_HIGH_WATER = 65_536;

/** What all connections remember of the heads they sent. */
const LINES = new HeadLines();

// What arrives is a Buffer; what the engine has put together is not.
const decode = (octets: Uint8Array, start: number, end: number): string =>
  (octets instanceof Buffer
    ? octets
    : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  ).toString('latin1', start, end);

/** One connection of the net transport: the place where parser, socket and time meet. */
export class NetConnection implements CycleHost, ManagedConnection, Receiver {
  readonly connection: Connection;
  readonly socket: Socket;
  readonly engine: Http1Server;
  readonly deadlines: Deadlines;
  readonly leftovers: Leftovers;
  readonly #settings: ServerSettings;
  readonly #cycle: NetCycle;
  #reading = false;
  #draining = false;

  constructor(socket: Socket, connection: Connection, host: NetConnectionHost) {
    this.#settings = host.settings;
    this.connection = connection;
    this.socket = socket;
    this.engine = new Http1Server({ decode, limits: host.limits, lines: LINES });
    this.deadlines = new Deadlines(host.clock);
    this.leftovers = new Leftovers(socket, host.settings, this.deadlines);
    this.#cycle = new NetCycle(this, host);
    this.#awaitHead();
    receiveFrom(socket, this);
    socket.on('end', () => this.#receiveEnd());
    socket.on('close', () => this.#cycle.closed(this.#headBegun));
    // what is wrong with the socket is followed by its close
    socket.on('error', () => {});
  }

  take(octets: Buffer): void {
    if (this.#arrived(octets.byteLength)) {
      this.engine.receive(octets);
      this.read();
    }
  }

  lend(octets: Buffer, count: number): void {
    if (this.#arrived(count)) {
      this.engine.lend(octets, count);
      this.read();
      this.engine.keep();
    }
  }

  /** Whether what arrived is to be read. */
  #arrived(count: number): boolean {
    const { phase } = this.deadlines;
    if (phase === 'lingering') {
      this.#cycle.discard(count);
      return false;
    }
    if (phase === 'idle') {
      this.#awaitHead();
    }
    return true;
  }

  #awaitHead(): void {
    this.deadlines.enter('head', this.#settings.headersTimeout);
    this.deadlines.awaitRequest(this.#settings.requestTimeout);
  }

  // A client that closes its side may still wait for its answer. Where the application waits too,
  // the close is the only sign of a client that has gone.
  #receiveEnd(): void {
    const { phase } = this.deadlines;
    const waiting = phase === 'working' || phase === 'stalled';
    if (phase === 'lingering') {
      this.socket.destroySoon();
      return;
    }
    if (waiting && this.#settings.profile === 'async') {
      this.socket.destroy();
      return;
    }
    this.engine.receive(NOTHING);
    this.read();
  }

  // Reads what the engine has until it waits for octets or for the response. A response that ends
  // within makes the loop go on instead of entering it again.
  read(): void {
    if (this.#reading) {
      return;
    }
    this.#reading = true;
    for (let more = true; more; ) {
      try {
        more = this.#readEvent();
      } catch (error) {
        this.#cycle.broken(error);
      }
    }
    this.#reading = false;
    this.balance();
  }

  #readEvent(): boolean {
    const event = this.engine.next();
    if (typeof event === 'string') {
      return event === 'paused' ? this.#nextCycle() : this.#quiet(event);
    }
    if (event.type === 'request') {
      this.#cycle.begin(event);
    } else if (event.type === 'data') {
      this.#cycle.takeData(event.data);
    } else {
      this.#cycle.takeEnd();
    }
    return this.deadlines.phase !== 'lingering';
  }

  #quiet(event: 'need-data' | 'closed'): false {
    if (event === 'closed' && !this.#cycle.answering) {
      this.leftovers.linger();
    }
    return false;
  }

  // The request is read; once it is answered, the next one is due.
  #nextCycle(): boolean {
    if (this.engine.ourState !== 'done') {
      return false;
    }
    this.#cycle.next();
    if (this.engine.unread === 0) {
      const { keepAliveTimeout, writeTimeout } = this.#settings;
      // no connection is idle that still has the end of a response to take
      const flushing = this.socket.writableLength > 0;
      this.deadlines.enter(
        'idle',
        flushing ? Math.max(keepAliveTimeout, writeTimeout) : keepAliveTimeout,
      );
    } else {
      this.#awaitHead();
    }
    return true;
  }

  balance(): void {
    const { socket } = this;
    // a head that is still arriving has a limit of its own
    const waiting = this.engine.theirState === 'done' ? this.engine.unread : 0;
    const full = this.#cycle.held || waiting > PIPELINE_HIGH_WATER;
    if (full !== socket.isPaused() && this.deadlines.phase !== 'lingering') {
      if (full) {
        socket.pause();
      } else {
        socket.resume();
      }
    }
  }

  get draining(): boolean {
    return this.#draining;
  }

  drain(): void {
    this.#draining = true;
    if (!this.#silent) {
      this.engine.closeAfter();
    }
  }

  closeIdle(): void {
    if (this.#silent) {
      this.socket.destroySoon();
    }
  }

  /** Whether no octet of a request has come since the last one, or at all. */
  get #silent(): boolean {
    const { phase } = this.deadlines;
    return phase === 'idle' || (phase === 'head' && this.engine.unread === 0);
  }

  /** Whether some of a head has come, and not all of it. */
  get #headBegun(): boolean {
    return this.deadlines.phase === 'head' && this.engine.unread > 0;
  }

  expire(now: number): void {
    const { deadlines } = this;
    if (deadlines.isBodyOverdue(now)) {
      this.#cycle.late();
    }
    const { phase } = deadlines;
    if (phase === 'idle') {
      // what repeats comes sooner; many idle connections are to cost little
      this.#cycle.forget();
    }
    if (phase !== 'working' && deadlines.isOverdue(now)) {
      this.#expirePhase(phase);
    } else if (deadlines.isRequestOverdue(now)) {
      this.#expireRequest();
    }
  }

  #expirePhase(phase: Exclude<Phase, 'working'>): void {
    if (phase === 'body' || this.#headBegun) {
      this.#cycle.late();
    } else if (phase === 'draining') {
      this.engine.closeAfter();
      this.leftovers.linger();
    } else {
      this.socket.destroy();
    }
  }

  #expireRequest(): void {
    if (this.#silent) {
      this.socket.destroy();
    } else {
      this.#cycle.late();
    }
  }
}
