import type { ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { ResponseHead, ResponseSink } from '@tsgi/core';

/** Pulls in one turn of the event loop before other connections have theirs. */
const PULLS_PER_TURN = 32;

/** A response on node:http. */
export class NodeHttpSink implements ResponseSink {
  readonly #response: ServerResponse;
  readonly #resume: () => void;
  readonly #writeTimeout: number;
  #stall: NodeJS.Timeout | undefined;
  #pulls = PULLS_PER_TURN;
  #yielding = false;
  #waiting = false;
  #ended = false;
  #closeDelimited = false;

  /** @param writeTimeout milliseconds that a client may take no more of the response */
  constructor(response: ServerResponse, writeTimeout: number, resume: () => void) {
    this.#response = response;
    this.#writeTimeout = writeTimeout;
    this.#resume = resume;
    response.once('close', () => clearTimeout(this.#stall));
  }

  /** Whether the response was handed over whole or cut off. */
  get ended(): boolean {
    return this.#ended;
  }

  ready(): boolean {
    const { socket } = this.#response;
    if (this.#ended || socket === null || socket.destroyed) {
      return false;
    }
    if (socket.writableLength > 0) {
      this.#waiting = true;
      this.#stall ??= setTimeout(() => socket.destroy(), this.#writeTimeout);
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
    this.#resume();
  };

  readonly #flushed = (): void => {
    if (this.#waiting && this.#response.socket?.writableLength === 0) {
      this.#waiting = false;
      clearTimeout(this.#stall);
      this.#stall = undefined;
      this.#resume();
    }
  };

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
    this.#response.write(chunk, this.#flushed);
    // node:http corks the first write of a turn until its end; the next pull may block before that
    this.#response.socket?.uncork();
  }

  flushHead(): void {
    this.#response.flushHeaders();
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
    socket.write(`${text}\r\n`, 'latin1');
  }

  end(): void {
    this.#ended = true;
    this.#response.end();
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
