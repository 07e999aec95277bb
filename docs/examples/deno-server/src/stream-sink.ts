import * as core from '@tsgi/core';

/** Takes a response and gives a `Response`, whose stream calls `start`, `pull` and `cancel`. */
export class StreamSink implements core.ResponseSink {
  /** Told that the runtime wants more, or that the client is gone. */
  exchange: core.RunningExchange | undefined;
  readonly #respond: (response: Response) => void;
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  #asked = true;
  #left: number | undefined;

  /** `respond` takes the response once its head is known. */
  constructor(respond: (response: Response) => void) {
    this.#respond = respond;
  }

  /** When all octets that were announced are there, Deno asks for no more. */
  ready(): boolean {
    return this.#asked || this.#left === 0;
  }

  writeHead(head: core.ResponseHead): void {
    const { status, reason, contentLength } = head;
    const headers = core.headerPairs(head.headers);
    this.#left = contentLength;
    // Without content the length is 0, unless it is that of a HEAD: a stream has none of its own.
    const streams = !core.isBodiless(status) && contentLength !== 0;
    const body = streams ? new ReadableStream<Uint8Array>(this, { highWaterMark: 0 }) : null;
    this.#respond(new Response(body, { status, statusText: reason, headers }));
  }

  writeChunk(chunk: Uint8Array): void {
    this.#asked = false;
    if (this.#left !== undefined) this.#left -= chunk.byteLength;
    // The memory belongs to the application again before the runtime has sent it.
    this.#stream?.enqueue(chunk.slice());
  }

  end(): void {
    this.#stream?.close();
  }

  abort(): void {
    this.#stream?.error(new Error('the response is incomplete'));
    this.#respond(new Response(null, { status: 500 }));
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#stream = controller;
  }

  /** Asked for one more chunk, Deno has taken the last one; it sends it before a timer runs. */
  pull(): void {
    setTimeout(() => {
      this.#asked = true;
      this.exchange?.resume();
    });
  }

  /** The client is gone. */
  cancel(): void {
    this.exchange?.disconnect();
    this.abort();
  }
}
