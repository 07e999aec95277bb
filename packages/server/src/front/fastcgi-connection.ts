import type { Socket } from 'node:net';
import type { Connection } from '@tsgi/core';
import {
  FastCgiError,
  type FastCgiFaultEvent,
  type FastCgiRequestEvent,
  FastCgiServer,
  type FastCgiServerEvent,
} from '@tsgi/protocol/fastcgi';
import { Deadline } from '../deadline.ts';
import type { ManagedConnection } from '../transports/connections.ts';
import { type Receiver, receiveFrom } from '../transports/socket-reader.ts';
import { FastCgiOutputs } from './fastcgi-output.ts';
import { FastCgiRequest, type FastCgiRequestHost } from './fastcgi-request.ts';
import { type FrontConnectionServer, REFUSED } from './front-connection.ts';
import { frontLimits } from './front-limits.ts';
import { Linger } from './linger.ts';

const NOTHING = new Uint8Array(0);
/** FCGI_MAX_CONNS where there is no limit. */
const MOST_CONNECTIONS = 65_535;

/** A connection of FastCGI, with its requests. */
export class FastCgiConnection implements ManagedConnection, Receiver, FastCgiRequestHost {
  readonly listening: Connection;
  readonly server: FrontConnectionServer;
  readonly engine: FastCgiServer;
  readonly outputs: FastCgiOutputs;
  readonly #socket: Socket;
  readonly #requests = new Map<number, FastCgiRequest>();
  readonly #linger: Linger;
  /** For the variables of a request, and before them for its begin. */
  readonly #head: Deadline;
  readonly #idle: Deadline;
  #headAwaited = true;
  #served = 0;
  #silent = true;
  /** Whether no further request is taken. */
  #last = false;
  #draining = false;
  /** Whether a response was cut short, which the end of the connection shows. */
  #incomplete = false;

  constructor(socket: Socket, listening: Connection, server: FrontConnectionServer) {
    const { settings } = server;
    const { maxConnections } = settings;
    const { head: params, ...limits } = frontLimits(settings);
    this.listening = listening;
    this.server = server;
    this.#socket = socket;
    this.engine = new FastCgiServer({
      limits: { ...limits, params },
      maxConnections: maxConnections === 0 ? MOST_CONNECTIONS : maxConnections,
      overloaded: () => this.#last,
    });
    this.outputs = new FastCgiOutputs(socket, this.engine, settings.writeTimeout);
    this.#linger = new Linger(socket, settings);
    this.#head = new Deadline(settings.headersTimeout, () => this.#headLate());
    this.#idle = new Deadline(settings.keepAliveTimeout, () => this.#linger.begin());
    this.#head.set();
    receiveFrom(socket, this);
    socket.on('end', () => this.#receiveEnd());
    socket.on('close', () => this.#closed());
    // what is wrong with the socket is followed by its close
    socket.on('error', ignore);
  }

  take(octets: Uint8Array): void {
    if (this.#silent) {
      this.#silent = false;
      this.#idle.lift();
      this.#awaitHeads(1);
    }
    if (this.#linger.begun) {
      this.#linger.discard(octets.byteLength);
      return;
    }
    if (this.#requests.size === 0 && this.engine.leftovers > 0) {
      this.#linger.discard(octets.byteLength);
    }
    this.engine.receive(octets);
    this.#read();
  }

  lend(octets: Buffer, count: number): void {
    this.take(new Uint8Array(octets.subarray(0, count)));
  }

  // As over HTTP: a front that closes its side may still wait for answers. Where an application
  // waits too, the close is the only sign of one that has gone.
  #receiveEnd(): void {
    const waits = [...this.#requests.values()].some(({ called }) => called);
    if (this.#linger.begun || (waits && this.server.settings.profile === 'async')) {
      this.#socket.destroy();
      return;
    }
    this.engine.receive(NOTHING);
    this.#read();
  }

  #read(): void {
    try {
      for (let more = true; more; ) {
        const event = this.engine.next();
        more = typeof event !== 'string' && !this.#linger.begun;
        this.#act(event);
      }
    } catch (error) {
      this.#broken(error);
      return;
    }
    this.#settle();
    this.balance();
  }

  #act(event: FastCgiServerEvent): void {
    if (typeof event === 'string') {
      return;
    }
    switch (event.type) {
      case 'request':
        this.#begin(event);
        break;
      case 'data':
        this.#requests.get(event.requestId)?.takeData(event.data);
        break;
      case 'end':
        this.#requests.get(event.requestId)?.takeEnd();
        break;
      case 'abort':
        this.#requests.get(event.requestId)?.abort();
        break;
      case 'fault':
        this.#fault(event);
        break;
      case 'reply':
        this.#socket.write(event.octets);
        break;
    }
  }

  #begin(event: FastCgiRequestEvent): void {
    const { maxRequestsPerConnection } = this.server.settings;
    this.#served += 1;
    this.#linger.forget();
    this.#last ||= this.#served === maxRequestsPerConnection;
    const request = new FastCgiRequest(event.requestId, this);
    this.#requests.set(event.requestId, request);
    request.begin(event);
  }

  complain(error: unknown): void {
    this.server.complaints.add(this.#socket, error, REFUSED);
  }

  #fault({ requestId, error }: FastCgiFaultEvent): void {
    // a front that goes has lost its client
    if (error.code !== 'ERR_FASTCGI_TRUNCATED') {
      this.complain(error);
    }
    const request = this.#requests.get(requestId) ?? new FastCgiRequest(requestId, this);
    this.#requests.set(requestId, request);
    request.broken(error);
  }

  #broken(error: unknown): void {
    if (!(error instanceof FastCgiError)) {
      this.server.report(error);
    } else if (error.code !== 'ERR_FASTCGI_TRUNCATED') {
      this.server.complaints.add(this.#socket, error);
    }
    this.#socket.destroy();
  }

  /** A request is answered, or will not be. */
  over(requestId: number): void {
    this.#requests.delete(requestId);
    this.#settle();
    // what it had not read is in the way of the requests behind it
    this.balance();
  }

  /** The response to a request is not complete: no END_REQUEST says that it is. */
  incomplete(requestId: number): void {
    this.#last = true;
    this.#incomplete = true;
    this.over(requestId);
  }

  /** What is to be done between two requests. */
  #settle(): void {
    const begun = this.engine.active - this.#requests.size;
    if (this.#requests.size > 0 || this.#linger.begun || this.#socket.destroyed) {
      this.#awaitHeads(begun);
      return;
    }
    if (this.#incomplete) {
      this.outputs.cutOff();
    } else if (this.engine.shouldClose || this.#last || (this.#draining && this.#served > 0)) {
      this.#linger.begin();
    } else if (begun === 0 && this.#served > 0) {
      this.#awaitHeads(0);
      this.#silent = true;
      this.#idle.set();
    }
  }

  // The time for the variables runs from the first record of the first request that waits for its own.
  #awaitHeads(begun: number): void {
    const awaited = begun > 0;
    if (awaited !== this.#headAwaited) {
      this.#headAwaited = awaited;
      if (awaited) {
        this.#head.set();
      } else {
        this.#head.lift();
      }
    }
  }

  #headLate(): void {
    this.#last = true;
    if (this.#requests.size === 0) {
      this.#socket.destroy();
    }
  }

  /** Stops or goes on with the reading of the socket. */
  balance(): void {
    const requests = [...this.#requests.values()];
    const room = requests.length > 1 ? this.server.settings.bodyMemory : 0;
    const full = requests.some(({ held, waiting }) => held && waiting >= room);
    if (full !== this.#socket.isPaused() && !this.#linger.begun) {
      if (full) {
        this.#socket.pause();
      } else {
        this.#socket.resume();
      }
    }
  }

  drain(): void {
    this.#draining = true;
  }

  closeIdle(): void {
    if (this.#silent) {
      this.#linger.begin();
    }
  }

  #closed(): void {
    this.#head.lift();
    this.#idle.lift();
    for (const request of this.#requests.values()) {
      request.disconnect();
    }
    this.#requests.clear();
  }
}

function ignore(): void {}
