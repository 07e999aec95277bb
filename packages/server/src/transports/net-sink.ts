import type { Socket } from 'node:net';
import type { ResponseHead, ResponseSink } from '@tsgi/core';
import type { Http1Server } from '@tsgi/protocol/http1';
import type { Clock } from '../clock.ts';
import { PullGate, type PullGateHost } from './pull-gate.ts';

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

/** The responses on a socket, one after the other, framed by the HTTP/1 engine. */
export class NetSink implements ResponseSink, PullGateHost {
  readonly #host: SinkHost;
  readonly #gate: PullGate;
  #head = '';
  /** Octets of the response that have not been given to this sink. */
  #left = 0;
  /** Octets of the last chunk that have not been written, and what goes after them. */
  #unwritten = 0;
  #after = '';
  #ended = false;

  constructor(host: SinkHost) {
    this.#host = host;
    this.#gate = new PullGate(host.socket, this);
  }

  /** The next response begins; whoever had the one before is done with it. */
  begin(): this {
    this.#head = '';
    this.#left = 0;
    this.#unwritten = 0;
    this.#ended = false;
    this.#gate.renew();
    return this;
  }

  ready(): boolean {
    return !this.#ended && this.#gate.open();
  }

  stalled(): void {
    this.#host.sinkStalled();
    if (this.#wroteLast) {
      this.#host.socket.write(NOTHING, this.#gate.flushed);
    }
  }

  resume(): void {
    this.#host.sinkReady();
  }

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
    if (before !== '' && chunk.byteLength <= LARGEST_COPY) {
      socket.write(joined(before, chunk, after), this.#whenFlushed);
      return;
    }
    this.#unwritten = chunk.byteLength;
    this.#after = after;
    if (before === '') {
      this.#gate.send(chunk, this.#writePiece);
    } else {
      socket.cork();
      socket.write(before, 'latin1');
      this.#gate.send(chunk, this.#writePiece);
      socket.uncork();
    }
  }

  readonly #writePiece = (piece: Uint8Array): void => {
    const { socket } = this.#host;
    this.#unwritten -= piece.byteLength;
    if (this.#unwritten > 0 || this.#after === '') {
      socket.write(piece, this.#whenFlushed);
    } else {
      socket.cork();
      socket.write(piece, this.#whenFlushed);
      socket.write(this.#after, 'latin1');
      socket.uncork();
    }
  };

  // After the last octets of a response of known length nothing waits, or `ready` sees to it.
  get #whenFlushed(): (() => void) | undefined {
    return this.#wroteLast ? undefined : this.#gate.flushed;
  }

  get #wroteLast(): boolean {
    return this.#left === 0 && this.#unwritten === 0;
  }

  flushHead(): void {
    const head = this.#head;
    this.#head = '';
    this.#host.socket.write(head, 'latin1', this.#gate.flushed);
  }

  writeInterim(status: number, reason: string, headers: readonly string[]): void {
    const { socket, engine } = this.#host;
    if (!socket.destroyed && socket.writableLength === 0) {
      this.#writeInterim(engine.sendInterim(status, reason, headers));
    }
  }

  /** RFC 9110 section 10.1.1: the client may send the body; unlike a hint this may wait. */
  sendContinue(): void {
    this.#writeInterim(this.#host.engine.sendInterim(100, 'Continue'));
  }

  #writeInterim(text: string): void {
    this.#host.socket.write(text, 'latin1', this.#gate.flushed);
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
