import { isBodiless } from '@tsgi/core';
import type { ResponseHead, ResponseSink, RunningExchange } from '@tsgi/core';

/** Takes a response and gives a `Response` whose body is pulled chunk by chunk. */
export class StreamSink implements ResponseSink {
  /** Told that the runtime wants more, or that the client is gone. */
  exchange: RunningExchange | undefined;
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

  writeHead({ status, reason, headers, contentLength }: ResponseHead): void {
    const fields = new Headers();
    for (let index = 0; index < headers.length; index += 2) {
      fields.append(headers[index] as string, headers[index + 1] as string);
    }
    this.#left = contentLength;
    // Without content the length is 0, unless it is that of a HEAD: a stream has none of its own.
    const body = isBodiless(status) || contentLength === 0 ? null : this.#openStream();
    this.#respond(new Response(body, { status, statusText: reason, headers: fields }));
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

  /** The client is gone. */
  abandon(): void {
    this.exchange?.disconnect();
    this.abort();
  }

  #openStream(): ReadableStream<Uint8Array> {
    const resume = (): void => {
      this.#asked = true;
      this.exchange?.resume();
    };
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#stream = controller),
        // Asked for one more chunk, Deno has taken the last one; it sends it before a timer runs.
        pull: () => void setTimeout(resume),
        cancel: () => this.exchange?.disconnect(),
      },
      { highWaterMark: 0 },
    );
  }
}
