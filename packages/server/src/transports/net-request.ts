import {
  type Admission,
  type Connection,
  type Gateway,
  type RunningExchange,
  TsgiError,
} from '@tsgi/core';
import type { RequestEvent } from '@tsgi/protocol/http1';
import type { ServerSettings } from '../options.ts';
import type { NetSink } from './net-sink.ts';
import { BufferedBody, NO_REQUEST_BODY, type RequestBody, StreamedBody } from './request-body.ts';

/** What a request needs of its connection. */
export interface NetRequestHost {
  readonly gateway: Gateway;
  readonly settings: ServerSettings;
  readonly connection: Connection;
  /** The application wants more of the body. */
  pullBody(): void;
  /** A request is over and cleaned up. */
  requestDone(): void;
}

/** One request on a socket: its body, its exchange. */
export class NetRequest {
  readonly #host: NetRequestHost;
  readonly #admission: Admission;
  readonly #body: RequestBody;
  readonly #sink: NetSink;
  #exchange: RunningExchange | undefined;
  #abandoned = false;

  /** Throws a TsgiError with the status to answer with. */
  constructor(event: RequestEvent, sink: NetSink, host: NetRequestHost) {
    this.#host = host;
    this.#sink = sink;
    this.#admission = host.gateway.admit(event, event);
    this.#body = createBody(event, host);
  }

  /** Whether the application has been called. */
  get called(): boolean {
    return this.#exchange !== undefined;
  }

  /** Calls the application, where the body need not be whole before. */
  begin(): void {
    if (this.#body === NO_REQUEST_BODY || this.#host.settings.profile === 'async') {
      this.#call();
    }
  }

  /** Takes octets of the body; false asks to hold. Throws where there are too many. */
  write(data: Uint8Array): boolean {
    return this.#body.write(data);
  }

  /** The body is whole. */
  end(): void {
    this.#body.end();
    if (this.#exchange === undefined) {
      this.#call();
    }
  }

  #call(): void {
    const { gateway, connection } = this.#host;
    this.#exchange = gateway.handle({
      admission: this.#admission,
      connection,
      input: this.#body.input(),
      sink: this.#sink,
      onDone: () => {
        this.#body.dispose();
        this.#host.requestDone();
      },
    });
  }

  resume(): void {
    this.#exchange?.resume();
  }

  /** The application will not be called. */
  abandon(): void {
    if (this.#exchange === undefined && !this.#abandoned) {
      this.#abandoned = true;
      this.#body.dispose();
      this.#host.requestDone();
    }
  }

  /** The rest of the body does not come. */
  fail(error: TsgiError): void {
    this.#body.fail(error);
  }

  /** The connection is gone. */
  disconnect(): void {
    const error = new TsgiError('ERR_TSGI_ABORTED');
    this.#exchange?.disconnect(error);
    this.#body.fail(new TsgiError('ERR_TSGI_INPUT_ABORTED', undefined, error));
    this.abandon();
  }
}

function createBody(event: RequestEvent, host: NetRequestHost): RequestBody {
  const { contentLength } = event;
  const { settings } = host;
  if (contentLength === 0) {
    return NO_REQUEST_BODY;
  }
  if (contentLength !== undefined && contentLength > settings.maxBodySize) {
    throw new TsgiError('ERR_TSGI_INPUT_TOO_LARGE', contentLength);
  }
  return settings.profile === 'async'
    ? new StreamedBody(settings, contentLength, () => host.pullBody())
    : new BufferedBody(settings);
}
