import type { ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { ResponseHead, ResponseSink } from '@tsgi/core';
import { Deadline } from '../deadline.ts';
import { PullGate, type PullGateHost } from './pull-gate.ts';

const NOTHING = new Uint8Array(0);

/** A response on node:http. */
export class NodeHttpSink implements ResponseSink, PullGateHost {
  readonly resume: () => void;
  readonly #response: ServerResponse;
  readonly #gate: PullGate;
  readonly #stall: Deadline;
  #ended = false;
  #closeDelimited = false;

  /** @param writeTimeout milliseconds that a client may take no more of the response */
  constructor(response: ServerResponse, writeTimeout: number, resume: () => void) {
    const { socket } = response.req;
    this.#response = response;
    this.#gate = new PullGate(socket, this);
    this.#stall = new Deadline(writeTimeout, () => socket.destroy());
    this.resume = () => {
      this.#stall.lift();
      resume();
    };
    response.once('close', () => this.#stall.lift());
  }

  /** Whether the response was handed over whole or cut off. */
  get ended(): boolean {
    return this.#ended;
  }

  ready(): boolean {
    return !this.#ended && this.#gate.open();
  }

  stalled(): void {
    this.#stall.set();
  }

  writeHead(head: ResponseHead): void {
    const response = this.#response;
    if (response.req.httpVersion === '1.0') {
      // node:http would send chunks to an HTTP/1.0 client that says `TE: chunked`
      response.useChunkedEncodingByDefault = false;
      this.#closeDelimited = head.hasContent && head.contentLength === undefined;
    }
    response.writeHead(head.status, head.reason, [...head.headers]);
  }

  writeChunk(chunk: Uint8Array): void {
    this.#gate.send(chunk, this.#writePiece);
  }

  readonly #writePiece = (piece: Uint8Array): void => {
    this.#response.write(piece, this.#gate.flushed);
    // node:http corks the first write of a turn until its end; the next pull may block before that
    this.#response.socket?.uncork();
  };

  flushHead(): void {
    this.#response.flushHeaders();
    const { socket } = this.#response;
    if (socket !== null && socket.writableLength > 0) {
      socket.write(NOTHING, this.#gate.flushed);
    }
  }

  /** 100 Continue. */
  writeContinue(): void {
    this.#response.writeContinue(this.#gate.flushed);
  }

  // Written past node:http, whose writeEarlyHints() takes no field without Link.
  writeInterim(status: number, reason: string, headers: readonly string[]): void {
    const { socket } = this.#response;
    if (socket === null || socket.destroyed || socket.writableLength > 0) {
      return;
    }
    let text = `HTTP/1.1 ${status} ${reason}\r\n`;
    for (let at = 0; at < headers.length; at += 2) {
      text += `${headers[at]}: ${headers[at + 1]}\r\n`;
    }
    socket.write(`${text}\r\n`, 'latin1', this.#gate.flushed);
  }

  end(): void {
    this.#ended = true;
    const { socket } = this.#response;
    this.#response.end();
    if (socket !== null && socket.writableLength > 0) {
      this.#stall.set();
    }
  }

  endWithTrailers(trailers: readonly string[]): void {
    const pairs: Array<[name: string, value: string]> = [];
    for (let at = 0; at < trailers.length; at += 2) {
      pairs.push([trailers[at] as string, trailers[at + 1] as string]);
    }
    this.#response.addTrailers(pairs);
    this.end();
  }

  abort(): void {
    this.#ended = true;
    const { socket } = this.#response;
    // an orderly close would look like the end of the response; TLS tells the two apart itself
    if (this.#closeDelimited && !(socket instanceof TLSSocket)) {
      socket?.resetAndDestroy();
    } else {
      socket?.destroy();
    }
  }
}
