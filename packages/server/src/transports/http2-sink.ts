import { constants, type ServerHttp2Stream } from 'node:http2';
import { type ResponseHead, type ResponseSink, TsgiError } from '@tsgi/core';
import { Deadline } from '../deadline.ts';
import { sendFields } from './http2-fields.ts';
import { PullGate, type PullGateHost } from './pull-gate.ts';

/** What a sink is told of the request it answers. */
export interface Http2SinkOptions {
  /** Milliseconds that a client may take no more of the response. */
  readonly writeTimeout: number;
  /** Whether a trailer section may follow: the client wants to see one. */
  readonly trailers: boolean;
  /** The stream can take more. */
  readonly resume: () => void;
  /** The response is complete. */
  readonly onEnd: () => void;
}

/** A response on a stream of HTTP/2. */
export class Http2Sink implements ResponseSink, PullGateHost {
  readonly resume: () => void;
  readonly #stream: ServerHttp2Stream;
  readonly #gate: PullGate;
  readonly #stall: Deadline;
  readonly #options: Http2SinkOptions;
  #trailers: readonly string[] = [];
  #waitsForTrailers = false;
  #unwanted = false;
  #ended = false;

  constructor(stream: ServerHttp2Stream, options: Http2SinkOptions) {
    this.#stream = stream;
    this.#gate = new PullGate(stream, this);
    this.#options = options;
    this.#stall = new Deadline(options.writeTimeout, () => this.#cut());
    this.resume = () => {
      this.#stall.lift();
      options.resume();
    };
    stream.once('close', () => this.#stall.lift());
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
    const stream = this.#stream;
    // what the client cancelled is seen by its close
    if (stream.destroyed || stream.closed) {
      return;
    }
    const waitForTrailers = this.#options.trailers && head.hasContent;
    if (waitForTrailers) {
      this.#waitsForTrailers = true;
      stream.once('wantTrailers', this.#sendTrailers);
    }
    sendFields(head.headers, (fields) => {
      fields[':status'] = head.status;
      stream.respond(fields, { endStream: !head.hasContent, waitForTrailers });
    });
  }

  readonly #sendTrailers = (): void => {
    this.#waitsForTrailers = false;
    sendFields(this.#trailers, (fields) => this.#stream.sendTrailers(fields));
    if (this.#unwanted) {
      // a reset within this call would overtake them
      setImmediate(() => this.refuseRest());
    }
  };

  /** RFC 9113 section 8.1: once the response has left, the rest of the request is not wanted. */
  refuseRest(): void {
    this.#unwanted = true;
    if (!this.#waitsForTrailers) {
      this.#stream.close(constants.NGHTTP2_NO_ERROR);
    }
  }

  writeChunk(chunk: Uint8Array): void {
    this.#gate.send(chunk, this.#writePiece);
  }

  readonly #writePiece = (piece: Uint8Array): void => {
    this.#stream.write(piece, this.#gate.flushed);
  };

  writeInterim(status: number, _reason: string, headers: readonly string[]): void {
    const stream = this.#stream;
    if (!stream.destroyed && !stream.closed && !stream.headersSent) {
      sendFields(headers, (fields) => {
        fields[':status'] = status;
        stream.additionalHeaders(fields);
      });
    }
  }

  end(): void {
    this.#ended = true;
    this.#stream.end();
    if (!this.#stream.destroyed) {
      this.#stall.set();
    }
    this.#options.onEnd();
  }

  endWithTrailers(trailers: readonly string[]): void {
    this.#trailers = trailers;
    this.end();
  }

  abort(): void {
    this.#ended = true;
    this.#cut();
  }

  // close() with a code would end the stream in good order first
  #cut(): void {
    this.#stream.destroy(new TsgiError('ERR_TSGI_ABORTED'));
  }
}
