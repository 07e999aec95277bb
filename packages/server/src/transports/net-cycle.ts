import type { Socket } from 'node:net';
import {
  type Connection,
  FieldMemory,
  type Gateway,
  TsgiError,
  writeOwnResponse,
} from '@tsgi/core';
import { Http1Error, type Http1Server, type RequestEvent } from '@tsgi/protocol/http1';
import type { Clock } from '../clock.ts';
import type { ServerSettings } from '../options.ts';
import type { RequestWatch } from '../request-watch.ts';
import type { CycleHost, CycleServer } from './net-cycle-host.ts';
import type { Deadlines } from './net-deadlines.ts';
import { NetSink, type SinkHost } from './net-sink.ts';
import { createRequestBody } from './request-body.ts';
import { ServedRequest, type ServedRequestHost } from './served-request.ts';

/**
 * The requests of one connection and their responses, one after the other: what becomes of what the
 * engine has read.
 */
export class NetCycle implements SinkHost, ServedRequestHost {
  readonly gateway: Gateway;
  readonly settings: ServerSettings;
  readonly clock: Clock;
  readonly connection: Connection;
  readonly socket: Socket;
  readonly engine: Http1Server;
  readonly memory: FieldMemory = new FieldMemory();
  readonly #server: CycleServer;
  readonly #host: CycleHost;
  readonly #deadlines: Deadlines;
  readonly #sink: NetSink;
  #request: ServedRequest | undefined;
  #watch: RequestWatch | undefined;
  #method = 'GET';
  #requests = 0;
  #held = false;
  #continueDue = false;

  constructor(host: CycleHost, server: CycleServer) {
    this.#server = server;
    this.#host = host;
    this.gateway = server.gateway;
    this.settings = server.settings;
    this.clock = server.clock;
    this.connection = host.connection;
    this.socket = host.socket;
    this.engine = host.engine;
    this.#deadlines = host.deadlines;
    this.#sink = new NetSink(this);
  }

  /** Whether more of the body is not wanted yet. */
  get held(): boolean {
    return this.#held;
  }

  /** Whether the application has been called and its response is not over. */
  get answering(): boolean {
    return this.#request?.called === true && this.engine.ourState !== 'done';
  }

  get watch(): RequestWatch | undefined {
    return this.#watch;
  }

  /** A head has arrived. */
  begin(event: RequestEvent): void {
    const { settings } = this;
    this.#requests += 1;
    if (this.#host.draining || this.#requests === settings.maxRequestsPerConnection) {
      this.engine.closeAfter();
    }
    this.#method = event.method;
    this.#continueDue = event.expectsContinue;
    this.#host.leftovers.reset();
    this.#watch = this.#server.watches?.begin(this.connection, event);
    try {
      const admission = this.gateway.admit(event, event);
      const body = createRequestBody(settings, event.contentLength, this.pullBody);
      this.#request = new ServedRequest({ admission, sink: this.#sink.begin(), body }, this);
    } catch (error) {
      this.refuse(statusOf(error));
      return;
    }
    this.#server.onBegin();
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
      this.#sink.sendContinue();
    }
  }

  /** Octets of the body have arrived. */
  takeData(data: Uint8Array): void {
    const request = this.#request;
    this.#watch?.received(data.byteLength);
    if (request === undefined || this.engine.ourState === 'done') {
      this.discard(data.byteLength);
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

  #refuseBody(request: ServedRequest, error: unknown): void {
    if (!request.called) {
      if (!(error instanceof TsgiError)) {
        this.#server.report(error);
      }
      this.refuse(statusOf(error));
    } else if (error instanceof TsgiError) {
      request.fail(error);
    }
  }

  /** The request has arrived whole. */
  takeEnd(): void {
    this.#deadlines.requestArrived();
    this.#held = false;
    if (this.#deadlines.phase === 'body') {
      this.#deadlines.enter('working', 0);
    }
    if (this.#request !== undefined && this.engine.ourState !== 'done') {
      this.#request.end();
    }
  }

  /** Octets have come that nobody reads. */
  discard(octets: number): void {
    const { leftovers } = this.#host;
    if (!leftovers.take(octets)) {
      this.engine.closeAfter();
      leftovers.refuse();
    }
  }

  /** The application waits for more of the body. */
  readonly pullBody = (): void => {
    this.#sendContinue();
    this.#deadlines.awaitBody(this.settings.bodyTimeout);
    this.#held = false;
    this.#host.balance();
  };

  /** A request is over and cleaned up. */
  requestDone(): void {
    this.#server.onEnd();
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
    this.#deadlines.requestArrived();
    this.#held = false;
    this.#deadlines.enter('draining', this.settings.drainTimeout);
    this.#host.read();
  }

  /** The request is read and answered: another one may begin. */
  next(): void {
    this.engine.nextCycle();
    this.#request = undefined;
    this.#watch = undefined;
  }

  // RFC 9112 section 2.2 and 9.6: an answer where none was begun, and nothing more is read
  broken(error: unknown): void {
    if (!(error instanceof Http1Error)) {
      this.#server.report(error);
      this.socket.destroy();
    } else if (this.#request === undefined || !this.#request.called) {
      this.refuse(error.status);
    } else {
      this.#request.fail(new TsgiError('ERR_TSGI_INPUT_ABORTED', undefined, error));
    }
  }

  /** The request has taken too long to arrive. */
  late(): void {
    this.#deadlines.requestArrived();
    if (this.#request?.called === true) {
      this.engine.closeAfter();
      this.#request.fail(new TsgiError('ERR_TSGI_INPUT_ABORTED', 'a body that stopped arriving'));
    } else {
      this.refuse(408);
      this.#host.leftovers.linger();
    }
  }

  /** Answers without a call of the application; the connection closes after it. */
  refuse(status: number): void {
    const { leftovers } = this.#host;
    this.engine.closeAfter();
    this.#request?.abandon();
    if (this.engine.ourState !== 'idle') {
      // it was refused before
      leftovers.linger();
      return;
    }
    const watch =
      this.#watch ?? this.#server.watches?.begin(this.connection, this.engine.requestLine);
    const sent = writeOwnResponse(this.#sink.begin(), this.#method, status);
    watch?.refused(status, sent);
    if (this.#continueDue) {
      leftovers.linger();
    }
  }

  /** Forgets what it remembers in case the next request is like the last one. */
  forget(): void {
    this.engine.forget();
    this.memory.clear();
  }

  /** The connection is gone; `begun` says that some of a head had arrived. */
  closed(begun: boolean): void {
    const request = this.#request;
    this.#request = undefined;
    if (request !== undefined && this.engine.ourState !== 'done') {
      request.disconnect();
    }
    const watch =
      this.#watch ??
      (begun ? this.#server.watches?.begin(this.connection, this.engine.requestLine) : undefined);
    watch?.gone();
  }
}

function statusOf(error: unknown): number {
  return error instanceof TsgiError ? error.status : 503;
}
