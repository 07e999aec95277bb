import type { Socket } from 'node:net';
import type { Connection } from '@tsgi/core';
import { ScgiError, ScgiReader, type SingleRequestEvent } from '@tsgi/protocol/scgi';
import { UwsgiError, UwsgiReader } from '@tsgi/protocol/uwsgi';
import { Deadline } from '../deadline.ts';
import type { ManagedConnection } from '../transports/connections.ts';
import { type Receiver, receiveFrom } from '../transports/socket-reader.ts';
import { type FrontConnectionServer, REFUSED } from './front-connection.ts';
import { FrontExchange, type FrontLink } from './front-exchange.ts';
import { frontLimits } from './front-limits.ts';
import { Linger } from './linger.ts';
import { SocketOutput } from './socket-output.ts';

/** What reads the one request of a connection. */
interface SingleReader {
  receive(octets: Uint8Array): void;
  next(): SingleRequestEvent;
}

const NOTHING = new Uint8Array(0);

/** A connection that carries one request, and is closed after its response: SCGI, uwsgi. */
export class SingleConnection implements ManagedConnection, Receiver, FrontLink {
  readonly listening: Connection;
  readonly output: SocketOutput;
  readonly #socket: Socket;
  readonly #server: FrontConnectionServer;
  readonly #reader: SingleReader;
  readonly #exchange: FrontExchange;
  readonly #linger: Linger;
  readonly #head: Deadline;
  #received = 0;
  #begun = false;

  constructor(socket: Socket, listening: Connection, server: FrontConnectionServer) {
    const { settings } = server;
    this.listening = listening;
    this.output = new SocketOutput(socket);
    this.#socket = socket;
    this.#server = server;
    this.#reader = createReader(server);
    this.#exchange = new FrontExchange(server, this);
    this.#linger = new Linger(socket, settings);
    this.#head = new Deadline(settings.headersTimeout, () => this.#headLate());
    this.#head.set();
    receiveFrom(socket, this);
    socket.on('end', () => this.#receiveEnd());
    socket.on('close', () => this.#closed());
    // what is wrong with the socket is followed by its close
    socket.on('error', ignore);
  }

  take(octets: Uint8Array): void {
    this.#received += octets.byteLength;
    if (this.#linger.begun) {
      this.#linger.discard(octets.byteLength);
    } else {
      this.#reader.receive(octets);
      this.#read();
    }
  }

  lend(octets: Buffer, count: number): void {
    this.take(new Uint8Array(octets.subarray(0, count)));
  }

  // As over HTTP: a front that closes its side may still wait for the answer. Where the application
  // waits too, the close is the only sign of one that has gone.
  #receiveEnd(): void {
    const { called, answered } = this.#exchange;
    if (this.#linger.begun || (called && !answered && this.#server.settings.profile === 'async')) {
      this.#socket.destroy();
      return;
    }
    this.#reader.receive(NOTHING);
    this.#read();
  }

  #read(): void {
    try {
      for (let more = true; more; ) {
        more = this.#readEvent() && !this.#linger.begun;
      }
    } catch (error) {
      this.#broken(error);
    }
  }

  #readEvent(): boolean {
    const event = this.#reader.next();
    if (typeof event === 'string') {
      if (event === 'closed' && !this.#begun) {
        this.#linger.begin();
      }
      return false;
    }
    if (event.type === 'request') {
      this.#begun = true;
      this.#head.lift();
      this.#exchange.begin(event);
    } else if (event.type === 'data') {
      this.#exchange.takeData(event.data);
      this.balance();
    } else {
      this.#exchange.takeEnd();
      this.balance();
    }
    return true;
  }

  #broken(error: unknown): void {
    this.#head.lift();
    if (error instanceof ScgiError || error instanceof UwsgiError) {
      // a front that goes has lost its client
      if (error.code !== 'ERR_SCGI_TRUNCATED' && error.code !== 'ERR_UWSGI_TRUNCATED') {
        this.#server.complaints.add(this.#socket, error);
      }
      this.#exchange.broken(error, error.status);
    } else {
      this.#server.report(error);
      this.#socket.destroy();
    }
  }

  #headLate(): void {
    if (this.#received === 0) {
      this.#socket.destroy();
    } else {
      this.#exchange.refuse(408);
    }
  }

  balance(): void {
    const full = this.#exchange.held;
    if (full !== this.#socket.isPaused() && !this.#linger.begun) {
      if (full) {
        this.#socket.pause();
      } else {
        this.#socket.resume();
      }
    }
  }

  complain(error: unknown): void {
    this.#server.complaints.add(this.#socket, error, REFUSED);
  }

  answered(): void {
    this.#linger.begin();
  }

  drain(): void {}

  closeIdle(): void {
    if (this.#received === 0) {
      this.#socket.destroySoon();
    }
  }

  #closed(): void {
    this.#head.lift();
    if (this.#begun) {
      this.#exchange.disconnect();
    } else if (this.#received > 0 && !this.#exchange.answered) {
      this.#server.watches?.begin(this.listening).gone();
    }
  }
}

function createReader({ protocol, settings }: FrontConnectionServer): SingleReader {
  const limits = frontLimits(settings);
  // nginx sends a field that is there several times as several variables of one name
  return protocol === 'scgi'
    ? new ScgiReader({ limits, duplicates: 'keep' })
    : new UwsgiReader({ limits });
}

function ignore(): void {}
