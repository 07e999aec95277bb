import type { ServerHttp2Stream } from 'node:http2';
import { type ResponseHead, type ResponseSink, TsgiError } from '@tsgi/core';

/** Pulls in one turn of the event loop before other streams have theirs. */
const PULLS_PER_TURN = 32;

/** A response on a stream of HTTP/2. */
export class Http2Sink implements ResponseSink {
  readonly #stream: ServerHttp2Stream;
  readonly #resume: () => void;
  #pulls = PULLS_PER_TURN;
  #yielding = false;
  #waiting = false;
  #ended = false;

  constructor(stream: ServerHttp2Stream, resume: () => void) {
    this.#stream = stream;
    this.#resume = resume;
  }

  /** Whether the response was handed over whole or cut off. */
  get ended(): boolean {
    return this.#ended;
  }

  ready(): boolean {
    const stream = this.#stream;
    if (this.#ended || stream.destroyed) {
      return false;
    }
    if (stream.writableLength > 0) {
      this.#waiting = true;
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
    if (this.#waiting && this.#stream.writableLength === 0) {
      this.#waiting = false;
      this.#resume();
    }
  };

  writeHead(head: ResponseHead): void {
    // what the client cancelled is seen by its close
    if (!this.#stream.destroyed) {
      this.#stream.respond(buildFields(head), { endStream: !head.hasContent });
    }
  }

  writeChunk(chunk: Uint8Array): void {
    this.#stream.write(chunk, this.#flushed);
  }

  end(): void {
    this.#ended = true;
    this.#stream.end();
  }

  abort(): void {
    this.#ended = true;
    // close() with a code would end the stream in good order first
    this.#stream.destroy(new TsgiError('ERR_TSGI_ABORTED'));
  }
}

// RFC 9113 section 8.2: names in lower case; a repeated name becomes repeated field lines
function buildFields(head: ResponseHead): Record<string, string | number | string[]> {
  const fields: Record<string, string | number | string[]> = { ':status': head.status };
  for (let at = 0; at < head.headers.length; at += 2) {
    const name = (head.headers[at] as string).toLowerCase();
    const value = head.headers[at + 1] as string;
    const earlier = fields[name];
    if (earlier === undefined) {
      fields[name] = value;
    } else {
      fields[name] = [...[earlier].flat().map(String), value];
    }
  }
  return fields;
}
