import type { Socket } from 'node:net';
import type { ResponseHead, ResponseSink } from '@tsgi/core';
import type { Http1Server } from '@tsgi/protocol/http1';
import type { Clock } from '../clock.ts';

/** Pulls in one turn of the event loop before other connections have theirs. */
const PULLS_PER_TURN = 32;
/** Up to this many octets a chunk is copied behind its head, to leave in one write. */
const LARGEST_COPY = 16_384;

const NOTHING = new Uint8Array(0);

/** What a sink asks of its connection. */
export interface SinkHost {
  readonly socket: Socket;
  readonly engine: Http1Server;
  readonly clock: Clock;
  /** The transport can take more. */
  sinkReady(): void;
  /** The response waits for the client to read. */
  sinkStalled(): void;
  /** The response is complete, or cut off. */
  sinkEnded(): void;
}

/** A response on a socket, framed by the HTTP/1 engine. */
export class NetSink implements ResponseSink {
  readonly #host: SinkHost;
  #head = '';
  #left = 0;
  #pulls = PULLS_PER_TURN;
  #yielding = false;
  #waiting = false;
  #ended = false;

  constructor(host: SinkHost) {
    this.#host = host;
  }

  /** Whether the response was handed over whole or cut off. */
  get ended(): boolean {
    return this.#ended;
  }

  ready(): boolean {
    const { socket } = this.#host;
    if (this.#ended || socket.destroyed) {
      return false;
    }
    if (socket.writableLength > 0) {
      if (!this.#waiting) {
        this.#waiting = true;
        this.#host.sinkStalled();
        if (this.#left === 0) {
          socket.write(NOTHING, this.#flushed);
        }
      }
      return false;
    }
    if (this.#pulls > 0) {
      this.#pulls -= 1;
      return true;
    }
    if (!this.#yielding) {
      this.#yielding = true;
      setImmediate(this.#nextTurn);
    }
    return false;
  }

  readonly #nextTurn = (): void => {
    this.#pulls = PULLS_PER_TURN;
    this.#yielding = false;
    this.#host.sinkReady();
  };

  readonly #flushed = (): void => {
    if (this.#waiting && this.#host.socket.writableLength === 0) {
      this.#waiting = false;
      this.#host.sinkReady();
    }
  };

  writeHead(head: ResponseHead): void {
    const { engine, clock } = this.#host;
    this.#left = head.contentLength ?? Number.POSITIVE_INFINITY;
    this.#head = engine.sendHead(head, hasDate(head) ? '' : clock.dateLine);
  }

  writeChunk(chunk: Uint8Array): void {
    const { engine } = this.#host;
    const before = this.#head + engine.sendData(chunk.byteLength);
    this.#head = '';
    this.#left -= chunk.byteLength;
    this.#write(before, chunk, engine.afterData);
  }

  #write(before: string, chunk: Uint8Array, after: string): void {
    const { socket } = this.#host;
    // after the last octets of a response of known length nothing waits, or `ready` sees to it
    const flushed = this.#left === 0 ? undefined : this.#flushed;
    if (before === '') {
      socket.write(chunk, flushed);
    } else if (chunk.byteLength <= LARGEST_COPY) {
      socket.write(joined(before, chunk, after), flushed);
    } else {
      socket.cork();
      socket.write(before, 'latin1');
      socket.write(chunk, flushed);
      if (after !== '') {
        socket.write(after, 'latin1');
      }
      socket.uncork();
    }
  }

  flushHead(): void {
    const head = this.#head;
    this.#head = '';
    this.#host.socket.write(head, 'latin1', this.#flushed);
  }

  writeInterim(status: number, reason: string, headers: readonly string[]): void {
    const { socket, engine } = this.#host;
    if (!socket.destroyed && socket.writableLength === 0) {
      socket.write(engine.sendInterim(status, reason, headers), 'latin1');
    }
  }

  end(): void {
    this.#endWith(this.#host.engine.sendEnd());
  }

  endWithTrailers(trailers: readonly string[]): void {
    this.#endWith(this.#host.engine.sendEnd(trailers));
  }

  #endWith(rest: string): void {
    const last = this.#head + rest;
    this.#head = '';
    this.#ended = true;
    if (last !== '') {
      this.#host.socket.write(last, 'latin1');
    }
    this.#host.sinkEnded();
  }

  abort(): void {
    const { socket, engine } = this.#host;
    this.#ended = true;
    if (engine.closeDelimited) {
      // an orderly close would look like the end of the response
      socket.resetAndDestroy();
    } else {
      socket.destroy();
    }
    this.#host.sinkEnded();
  }
}

function joined(before: string, chunk: Uint8Array, after: string): Buffer {
  const start = before.length;
  const buffer = Buffer.allocUnsafe(start + chunk.byteLength + after.length);
  buffer.write(before, 0, 'latin1');
  buffer.set(chunk, start);
  if (after !== '') {
    buffer.write(after, start + chunk.byteLength, 'latin1');
  }
  return buffer;
}

function hasDate(head: ResponseHead): boolean {
  const { headers } = head;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string;
    if (name.length === 4 && name.toLowerCase() === 'date') {
      return true;
    }
  }
  return false;
}
