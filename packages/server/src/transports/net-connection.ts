import type { Socket } from 'node:net';
import {
  type Connection,
  FieldMemory,
  type Gateway,
  TsgiError,
  writeOwnResponse,
} from '@tsgi/core';
import {
  HeadLines,
  Http1Error,
  type Http1Limits,
  Http1Server,
  type RequestEvent,
} from '@tsgi/protocol/http1';
import type { Clock } from '../clock.ts';
import type { ServerSettings } from '../options.ts';
import type { RequestWatch, RequestWatches } from '../request-watch.ts';
import { Deadlines, type Phase } from './net-deadlines.ts';
import { Leftovers } from './net-leftovers.ts';
import { NetRequest, type NetRequestHost } from './net-request.ts';
import { NetSink, type SinkHost } from './net-sink.ts';
import { type Receiver, receiveFrom } from './socket-reader.ts';

/** What a connection needs of its server. */
export interface NetConnectionHost {
  readonly gateway: Gateway;
  readonly settings: ServerSettings;
  readonly clock: Clock;
  readonly limits: Partial<Http1Limits>;
  readonly report: (error: unknown) => void;
  readonly watches: RequestWatches | undefined;
  readonly onBegin: () => void;
  readonly onEnd: () => void;
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

/** One connection of the net transport: the place where parser and socket meet. */
export class NetConnection implements SinkHost, NetRequestHost, Receiver {
  readonly gateway: Gateway;
  readonly settings: ServerSettings;
  readonly clock: Clock;
  readonly connection: Connection;
  readonly socket: Socket;
  readonly engine: Http1Server;
  readonly memory: FieldMemory = new FieldMemory();
  readonly #host: NetConnectionHost;
  readonly #deadlines: Deadlines;
  readonly #leftovers: Leftovers;
  readonly #sink: NetSink;
  #request: NetRequest | undefined;
  #watch: RequestWatch | undefined;
  #method = 'GET';
  #requests = 0;
  #reading = false;
  #draining = false;
  #held = false;
  #continueDue = false;

  constructor(socket: Socket, connection: Connection, host: NetConnectionHost) {
    this.#host = host;
    this.gateway = host.gateway;
    this.settings = host.settings;
    this.clock = host.clock;
    this.connection = connection;
    this.socket = socket;
    this.engine = new Http1Server({ decode, limits: host.limits, lines: LINES });
    this.#deadlines = new Deadlines(host.clock);
    this.#deadlines.enter('head', host.settings.headersTimeout);
    this.#leftovers = new Leftovers(socket, host.settings, this.#deadlines);
    this.#sink = new NetSink(this);
    receiveFrom(socket, this);
    socket.on('end', () => this.#receiveEnd());
    socket.on('close', () => this.#closed());
    // what is wrong with the socket is followed by its close
    socket.on('error', () => {});
  }

  take(octets: Buffer): void {
    if (this.#arrived(octets.byteLength)) {
      this.engine.receive(octets);
      this.#read();
    }
  }

  lend(octets: Buffer, count: number): void {
    if (this.#arrived(count)) {
      this.engine.lend(octets, count);
      this.#read();
      this.engine.keep();
    }
  }

  /** Whether what arrived is to be read. */
  #arrived(count: number): boolean {
    const { phase } = this.#deadlines;
    if (phase === 'lingering') {
      this.#discard(count);
      return false;
    }
    if (phase === 'idle') {
      this.#deadlines.enter('head', this.settings.headersTimeout);
    }
    return true;
  }

  // A client that closes its side may still wait for its answer. Where the application waits too,
  // the close is the only sign of a client that has gone.
  #receiveEnd(): void {
    const waiting = this.#deadlines.phase === 'working' || this.#deadlines.phase === 'stalled';
    if (this.#deadlines.phase === 'lingering' || (waiting && this.settings.profile === 'async')) {
      this.socket.destroy();
      return;
    }
    this.engine.receive(NOTHING);
    this.#read();
  }

  // Reads what the engine has until it waits for octets or for the response. A response that ends
  // within makes the loop go on instead of entering it again.
  #read(): void {
    if (this.#reading) {
      return;
    }
    this.#reading = true;
    for (let more = true; more; ) {
      try {
        more = this.#readEvent();
      } catch (error) {
        this.#broken(error);
      }
    }
    this.#reading = false;
    this.#balance();
  }

  #readEvent(): boolean {
    const event = this.engine.next();
    if (typeof event === 'string') {
      return event === 'paused' ? this.#nextCycle() : this.#quiet(event);
    }
    if (event.type === 'request') {
      this.#begin(event);
    } else if (event.type === 'data') {
      this.#takeData(event.data);
    } else {
      this.#takeEnd();
    }
    return this.#deadlines.phase !== 'lingering';
  }

  #quiet(event: 'need-data' | 'closed'): false {
    if (event === 'closed' && !this.#answering) {
      this.#leftovers.linger();
    }
    return false;
  }

  /** Whether the application has been called and its response is not over. */
  get #answering(): boolean {
    return this.#request?.called === true && this.engine.ourState !== 'done';
  }

  // The request is read; once it is answered, the next one is due.
  #nextCycle(): boolean {
    if (this.engine.ourState !== 'done') {
      return false;
    }
    this.engine.nextCycle();
    this.#request = undefined;
    this.#watch = undefined;
    this.#deadlines.enter('idle', this.settings.keepAliveTimeout);
    return true;
  }

  #begin(event: RequestEvent): void {
    const { settings } = this;
    this.#requests += 1;
    if (this.#draining || this.#requests === settings.maxRequestsPerConnection) {
      this.engine.closeAfter();
    }
    this.#method = event.method;
    this.#continueDue = event.expectsContinue;
    this.#leftovers.reset();
    this.#watch = this.#host.watches?.begin(this.connection, event);
    try {
      this.#request = new NetRequest(event, this.#sink.begin(), this);
    } catch (error) {
      this.#refuse(statusOf(error));
      return;
    }
    this.#host.onBegin();
    if (event.contentLength === 0 || settings.profile === 'async') {
      this.#deadlines.enter('working', 0);
    } else {
      this.#deadlines.enter('body', settings.bodyTimeout);
      this.#sendContinue();
    }
    this.#request.begin();
  }

  // RFC 9110 section 10.1.1: not once the final response has begun
  #sendContinue(): void {
    if (this.#continueDue && this.engine.ourState === 'idle') {
      this.#continueDue = false;
      this.socket.write(this.engine.sendInterim(100, 'Continue'), 'latin1');
    }
  }

  #takeData(data: Uint8Array): void {
    const request = this.#request;
    this.#watch?.received(data.byteLength);
    if (request === undefined || this.engine.ourState === 'done') {
      this.#discard(data.byteLength);
      return;
    }
    if (this.#deadlines.phase === 'body') {
      this.#deadlines.enter('body', this.settings.bodyTimeout);
    }
    this.#deadlines.bodyArrived();
    try {
      this.#held = !request.write(data);
    } catch (error) {
      this.#refuseBody(request, error);
    }
  }

  #refuseBody(request: NetRequest, error: unknown): void {
    if (!request.called) {
      if (!(error instanceof TsgiError)) {
        this.#host.report(error);
      }
      this.#refuse(statusOf(error));
    } else if (error instanceof TsgiError) {
      request.fail(error);
    }
  }

  #takeEnd(): void {
    this.#deadlines.bodyArrived();
    this.#held = false;
    if (this.#deadlines.phase === 'body') {
      this.#deadlines.enter('working', 0);
    }
    if (this.#request !== undefined && this.engine.ourState !== 'done') {
      this.#request.end();
    }
  }

  #discard(octets: number): void {
    if (!this.#leftovers.take(octets)) {
      this.engine.closeAfter();
      this.#leftovers.refuse();
    }
  }

  /** The application waits for more of the body. */
  readonly pullBody = (): void => {
    this.#sendContinue();
    this.#deadlines.awaitBody(this.settings.bodyTimeout);
    this.#held = false;
    this.#balance();
  };

  get watch(): RequestWatch | undefined {
    return this.#watch;
  }

  /** A request is over and cleaned up. */
  requestDone(): void {
    this.#host.onEnd();
  }

  sinkReady(): void {
    if (this.#deadlines.phase === 'stalled') {
      this.#deadlines.enter('working', 0);
    }
    this.#request?.resume();
  }

  sinkStalled(): void {
    this.#deadlines.enter('stalled', this.settings.writeTimeout);
  }

  sinkEnded(): void {
    if (this.socket.destroyed) {
      return;
    }
    this.#deadlines.bodyArrived();
    this.#held = false;
    this.#deadlines.enter('draining', this.settings.drainTimeout);
    this.#read();
  }

  // RFC 9112 section 2.2 and 9.6: an answer where none was begun, and nothing more is read
  #broken(error: unknown): void {
    if (!(error instanceof Http1Error)) {
      this.#host.report(error);
      this.socket.destroy();
    } else if (this.#request === undefined || !this.#request.called) {
      this.#refuse(error.status);
    } else {
      this.#request.fail(new TsgiError('ERR_TSGI_INPUT_ABORTED', undefined, error));
    }
  }

  /** Answers without a call of the application; the connection closes after it. */
  #refuse(status: number): void {
    this.engine.closeAfter();
    this.#request?.abandon();
    if (this.engine.ourState !== 'idle') {
      // it was refused before
      this.#leftovers.linger();
      return;
    }
    const watch =
      this.#watch ?? this.#host.watches?.begin(this.connection, this.engine.requestLine);
    const sent = writeOwnResponse(this.#sink.begin(), this.#method, status);
    watch?.refused(status, sent);
    if (this.#continueDue) {
      this.#leftovers.linger();
    }
  }

  #balance(): void {
    const { socket } = this;
    const full = this.#held || this.engine.unread > PIPELINE_HIGH_WATER;
    if (full !== socket.isPaused() && this.#deadlines.phase !== 'lingering') {
      if (full) {
        socket.pause();
      } else {
        socket.resume();
      }
    }
  }

  /** Takes no more requests, and closes when the one at work is answered. */
  drain(): void {
    this.#draining = true;
    if (!this.#silent) {
      this.engine.closeAfter();
    }
  }

  /** Closes, where no request is on its way. */
  closeIdle(): void {
    if (this.#silent) {
      this.socket.destroySoon();
    }
  }

  /** Whether no octet of a request has come since the last one, or at all. */
  get #silent(): boolean {
    return (
      this.#deadlines.phase === 'idle' ||
      (this.#deadlines.phase === 'head' && this.engine.unread === 0)
    );
  }

  /** Ends what has taken too long; called now and then with the time of the clock. */
  expire(now: number): void {
    const deadlines = this.#deadlines;
    if (deadlines.isBodyOverdue(now)) {
      deadlines.bodyArrived();
      this.engine.closeAfter();
      this.#request?.fail(new TsgiError('ERR_TSGI_INPUT_ABORTED', 'a body that stopped arriving'));
    }
    const { phase } = deadlines;
    if (phase === 'idle') {
      // what repeats comes sooner; many idle connections are to cost little
      this.engine.forget();
      this.memory.clear();
    }
    if (phase !== 'working' && deadlines.isOverdue(now)) {
      this.#expirePhase(phase);
    }
  }

  #expirePhase(phase: Exclude<Phase, 'working'>): void {
    if (phase === 'body' || (phase === 'head' && !this.#silent)) {
      this.#refuse(408);
      this.#leftovers.linger();
    } else if (phase === 'draining') {
      this.engine.closeAfter();
      this.#leftovers.linger();
    } else {
      this.socket.destroy();
    }
  }

  #closed(): void {
    const request = this.#request;
    this.#request = undefined;
    if (request !== undefined && this.engine.ourState !== 'done') {
      request.disconnect();
    }
    this.#watchGone();
  }

  // Octets of a request have come, if only some of its head.
  #watchGone(): void {
    const begun = this.#deadlines.phase === 'head' && !this.#silent;
    const watch =
      this.#watch ??
      (begun ? this.#host.watches?.begin(this.connection, this.engine.requestLine) : undefined);
    watch?.gone();
  }
}

function statusOf(error: unknown): number {
  return error instanceof TsgiError ? error.status : 503;
}
