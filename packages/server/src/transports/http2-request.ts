import { constants, type ServerHttp2Stream } from 'node:http2';
import {
  type Admission,
  type Connection,
  type Gateway,
  type RequestHead,
  type RunningExchange,
  TsgiError,
  writeOwnResponse,
} from '@tsgi/core';
import type { ServerSettings } from '../options.ts';
import { Http2Sink } from './http2-sink.ts';
import { BufferedBody, NO_REQUEST_BODY, type RequestBody, StreamedBody } from './request-body.ts';

/** What a request needs of its server. */
export interface Http2RequestHost {
  readonly gateway: Gateway;
  readonly settings: ServerSettings;
  readonly connection: Connection;
  readonly report: (error: unknown) => void;
  readonly onDone: () => void;
}

/** What node:http2 says of a request. */
export interface Http2Message {
  readonly stream: ServerHttp2Stream;
  /** name, value, name, value, … pseudo-header fields among them. */
  readonly rawHeaders: readonly string[];
  /** Whether the head ended the stream: there is no body. */
  readonly endStream: boolean;
}

/** One request on a stream of HTTP/2, from its head to the end of cleanup. */
export class Http2Request {
  readonly #host: Http2RequestHost;
  readonly #stream: ServerHttp2Stream;
  readonly #sink: Http2Sink;
  #exchange: RunningExchange | undefined;
  #body: RequestBody = NO_REQUEST_BODY;
  #pendingParts = 2;

  constructor(message: Http2Message, host: Http2RequestHost) {
    this.#host = host;
    this.#stream = message.stream;
    this.#sink = new Http2Sink(message.stream, () => this.#exchange?.resume());
    message.stream.once('close', () => this.#closed());
    // what is wrong with the stream is followed by its close
    message.stream.on('error', () => {});
    this.#begin(message);
  }

  #begin(message: Http2Message): void {
    const head = buildHead(message.rawHeaders);
    let admission: Admission;
    try {
      admission = this.#admit(head, message.endStream);
      this.#body = this.#createBody(admission.framing.contentLength);
    } catch (error) {
      this.#refuse(head.method, error);
      return;
    }
    this.#readBody(admission);
    if (this.#body === NO_REQUEST_BODY || this.#host.settings.profile === 'async') {
      this.#call(admission);
    }
  }

  #admit(head: RequestHead, endStream: boolean): Admission {
    const { gateway, settings } = this.#host;
    if (head.headers.length > 2 * settings.maxFields) {
      throw new TsgiError('ERR_TSGI_FIELD', `${head.headers.length / 2} fields`);
    }
    const admission = gateway.admit(head);
    const empty = endStream && admission.framing.contentLength === undefined;
    return empty ? { ...admission, framing: { contentLength: 0, declared: false } } : admission;
  }

  #createBody(length: number | undefined): RequestBody {
    const { settings } = this.#host;
    if (length === 0) {
      return NO_REQUEST_BODY;
    }
    if (length !== undefined && length > settings.maxBodySize) {
      throw new TsgiError('ERR_TSGI_INPUT_TOO_LARGE', length);
    }
    return settings.profile === 'async'
      ? new StreamedBody(settings, length, () => this.#stream.resume())
      : new BufferedBody(settings);
  }

  #readBody(admission: Admission): void {
    const stream = this.#stream;
    if (this.#body === NO_REQUEST_BODY) {
      stream.resume();
      return;
    }
    stream.on('data', (chunk: Uint8Array) => this.#take(admission, chunk));
    stream.once('end', () => {
      if (!stream.aborted && !this.#sink.ended) {
        this.#body.end();
        if (this.#exchange === undefined) {
          this.#call(admission);
        }
      }
    });
    if (this.#host.settings.profile === 'async') {
      stream.pause();
    }
  }

  #take(admission: Admission, chunk: Uint8Array): void {
    if (this.#sink.ended) {
      return;
    }
    try {
      if (!this.#body.write(chunk)) {
        this.#stream.pause();
      }
    } catch (error) {
      if (this.#exchange === undefined) {
        this.#refuse(admission.head.method, error);
      } else if (error instanceof TsgiError) {
        this.#body.fail(error);
      }
    }
  }

  #call(admission: Admission): void {
    const { gateway, connection } = this.#host;
    this.#exchange = gateway.handle({
      admission,
      connection,
      input: this.#body.input(),
      sink: this.#sink,
      onDone: () => this.#partDone(),
    });
  }

  #refuse(method: string, error: unknown): void {
    if (!(error instanceof TsgiError)) {
      this.#host.report(error);
    }
    writeOwnResponse(this.#sink, method, error instanceof TsgiError ? error.status : 503);
    // RFC 9113 section 8.1: the rest of the body is not wanted
    this.#stream.close(constants.NGHTTP2_NO_ERROR);
    this.#partDone();
  }

  #closed(): void {
    const error = new TsgiError('ERR_TSGI_ABORTED');
    if (this.#exchange === undefined) {
      if (!this.#sink.ended) {
        this.#partDone();
      }
    } else if (!this.#sink.ended) {
      this.#exchange.disconnect(error);
      this.#body.fail(new TsgiError('ERR_TSGI_INPUT_ABORTED', undefined, error));
    }
    this.#partDone();
  }

  // Two parts end: the exchange (or refusal) and the stream.
  #partDone(): void {
    this.#pendingParts -= 1;
    if (this.#pendingParts === 0) {
      this.#body.dispose();
      this.#host.onDone();
    }
  }
}

// RFC 9113 section 8.3.1: the pseudo-header fields of a request
function buildHead(rawHeaders: readonly string[]): RequestHead {
  const pseudo = new Map<string, string>();
  const headers: string[] = [];
  const received: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    const value = rawHeaders[at + 1] as string;
    if (name.startsWith(':')) {
      pseudo.set(name, value);
      continue;
    }
    received.push(name, value);
    if (name !== 'host' || !pseudo.has(':authority')) {
      headers.push(name, value);
    }
  }
  const authority = pseudo.get(':authority');
  return {
    method: pseudo.get(':method') ?? '',
    target: pseudo.get(':path') ?? '',
    protocol: 'HTTP/2',
    headers: authority === undefined ? headers : ['host', authority, ...headers],
    received,
  };
}
