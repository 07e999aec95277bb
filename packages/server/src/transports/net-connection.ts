import type { Socket } from 'node:net';
import { type Connection, type Gateway, TsgiError, writeOwnResponse } from '@tsgi/core';
import { Http1Error, type Http1Limits, Http1Server, type RequestEvent } from '@tsgi/protocol/http1';
import type { Clock } from '../clock.ts';
import type { ServerSettings } from '../options.ts';
import { NetRequest, type NetRequestHost } from './net-request.ts';
import { NetSink, type SinkHost } from './net-sink.ts';

/** What a connection needs of its server. */
export interface NetConnectionHost {
  readonly gateway: Gateway;
  readonly settings: ServerSettings;
  readonly clock: Clock;
  readonly limits: Partial<Http1Limits>;
  readonly report: (error: unknown) => void;
  readonly onBegin: () => void;
  readonly onEnd: () => void;
}

/** What a connection is doing, which decides what its deadline means. */
type Phase =
  /** No octet of a request has come since the last one. */
  | 'idle'
  /** The head is arriving. */
  | 'head'
  /** The body is arriving and nothing else goes on. */
  | 'body'
  /** The application is at work. */
  | 'working'
  /** The response waits for the client to read. */
  | 'stalled'
  /** The response has left; the rest of the request body is read and thrown away. */
  | 'draining'
  /** Nothing more is answered; what still comes is thrown away. */
  | 'lingering';

const NOTHING = new Uint8Array(0);
/** Octets of pipelined requests that wait in memory before the socket is no longer read. */
const PIPELINE_HIGH_WATER = 65_536;

// What arrives is a Buffer; what the engine has put together is not.
const decode = (octets: Uint8Array, start: number, end: number): string =>
  (Buffer.isBuffer(octets)
    ? octets
    : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  ).toString('latin1', start, end);

/** One connection of the net transport: the place where parser and socket meet. */
export class NetConnection implements SinkHost, NetRequestHost {
  readonly gateway: Gateway;
  readonly settings: ServerSettings;
  readonly clock: Clock;
  readonly connection: Connection;
  readonly socket: Socket;
  readonly engine: Http1Server;
  readonly #host: NetConnectionHost;
  #phase: Phase = 'head';
  #deadline: number;
  #bodyDeadline = Number.POSITIVE_INFINITY;
  #request: NetRequest | undefined;
  #method = 'GET';
  #requests = 0;
  #discarded = 0;
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
    this.engine = new Http1Server({ decode, limits: host.limits });
    this.#deadline = host.clock.now + host.settings.headersTimeout;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', () => this.#receiveEnd());
    socket.on('close', () => this.#closed());
    // what is wrong with the socket is followed by its close
    socket.on('error', () => {});
  }

  #enter(phase: Phase, timeout: number): void {
    this.#phase = phase;
    this.#deadline = this.clock.now + timeout;
  }

  #receive(chunk: Buffer): void {
    if (this.#phase === 'lingering') {
      this.#discard(chunk.byteLength);
      return;
    }
    if (this.#phase === 'idle') {
      this.#enter('head', this.settings.headersTimeout);
    }
    this.engine.receive(chunk);
    this.#read();
  }

  // A client that closes its side may still wait for its answer. Where the application waits too,
  // the close is the only sign of a client that has gone.
  #receiveEnd(): void {
    const waiting = this.#phase === 'working' || this.#phase === 'stalled';
    if (this.#phase === 'lingering' || (waiting && this.settings.profile === 'async')) {
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
    return this.#phase !== 'lingering';
  }

  #quiet(event: 'need-data' | 'closed'): false {
    if (event === 'closed' && !this.#answering) {
      this.#linger();
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
    this.#enter('idle', this.settings.keepAliveTimeout);
    return true;
  }

  #begin(event: RequestEvent): void {
    const { settings } = this;
    this.#requests += 1;
    if (this.#draining || this.#requests === settings.maxRequests) {
      this.engine.closeAfter();
    }
    this.#method = event.method;
    this.#continueDue = event.expectsContinue;
    this.#discarded = 0;
    try {
      this.#request = new NetRequest(event, new NetSink(this), this);
    } catch (error) {
      this.#refuse(statusOf(error));
      return;
    }
    this.#host.onBegin();
    if (event.contentLength === 0 || settings.profile === 'async') {
      this.#enter('working', 0);
    } else {
      this.#enter('body', settings.bodyTimeout);
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
    if (request === undefined || this.engine.ourState === 'done') {
      this.#discard(data.byteLength);
      return;
    }
    if (this.#phase === 'body') {
      this.#enter('body', this.settings.bodyTimeout);
    }
    this.#bodyDeadline = Number.POSITIVE_INFINITY;
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
    this.#bodyDeadline = Number.POSITIVE_INFINITY;
    this.#held = false;
    if (this.#phase === 'body') {
      this.#enter('working', 0);
    }
    if (this.#request !== undefined && this.engine.ourState !== 'done') {
      this.#request.end();
    }
  }

  #discard(octets: number): void {
    this.#discarded += octets;
    if (this.#discarded > this.settings.drainLimit) {
      this.engine.closeAfter();
      if (this.#phase === 'lingering') {
        this.socket.destroy();
      } else {
        this.#linger();
      }
    }
  }

  /** The application waits for more of the body. */
  pullBody(): void {
    this.#sendContinue();
    this.#bodyDeadline = this.clock.now + this.settings.bodyTimeout;
    this.#held = false;
    this.#balance();
  }

  /** A request is over and cleaned up. */
  requestDone(): void {
    this.#host.onEnd();
  }

  sinkReady(): void {
    if (this.#phase === 'stalled') {
      this.#enter('working', 0);
    }
    this.#request?.resume();
  }

  sinkStalled(): void {
    this.#enter('stalled', this.settings.writeTimeout);
  }

  sinkEnded(): void {
    if (this.socket.destroyed) {
      return;
    }
    this.#bodyDeadline = Number.POSITIVE_INFINITY;
    this.#held = false;
    this.#enter('draining', this.settings.drainTimeout);
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
      this.#linger();
      return;
    }
    writeOwnResponse(new NetSink(this), this.#method, status);
    if (this.#continueDue) {
      this.#linger();
    }
  }

  // Closing while octets are unread makes the system reset the connection, and the client may lose
  // the answer: what still comes is read for a while.
  #linger(): void {
    if (this.#phase === 'lingering') {
      return;
    }
    const { settings, socket } = this;
    const flushing = socket.writableLength > 0;
    this.#enter('lingering', flushing ? settings.writeTimeout : settings.drainTimeout);
    this.#discarded = 0;
    if (socket.readableEnded) {
      socket.destroySoon();
    } else {
      socket.end();
      socket.resume();
    }
  }

  #balance(): void {
    const { socket } = this;
    const full = this.#held || this.engine.unread > PIPELINE_HIGH_WATER;
    if (full !== socket.isPaused() && this.#phase !== 'lingering') {
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
    return this.#phase === 'idle' || (this.#phase === 'head' && this.engine.unread === 0);
  }

  /** Ends what has taken too long; called now and then with the time of the clock. */
  expire(now: number): void {
    if (now > this.#bodyDeadline) {
      this.#bodyDeadline = Number.POSITIVE_INFINITY;
      this.engine.closeAfter();
      this.#request?.fail(new TsgiError('ERR_TSGI_INPUT_ABORTED', 'a body that stopped arriving'));
    }
    if (now > this.#deadline && this.#phase !== 'working') {
      this.#expirePhase(this.#phase);
    }
  }

  #expirePhase(phase: Exclude<Phase, 'working'>): void {
    if (phase === 'body' || (phase === 'head' && !this.#silent)) {
      this.#refuse(408);
      this.#linger();
    } else if (phase === 'draining') {
      this.engine.closeAfter();
      this.#linger();
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
  }
}

function statusOf(error: unknown): number {
  return error instanceof TsgiError ? error.status : 503;
}
