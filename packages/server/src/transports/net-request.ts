import {
  type Admission,
  type Connection,
  type FieldMemory,
  type Gateway,
  type GatewayRequest,
  type RequestInput,
  type RunningExchange,
  TsgiError,
} from '@tsgi/core';
import type { RequestEvent } from '@tsgi/protocol/http1';
import type { ServerSettings } from '../options.ts';
import type { RequestWatch } from '../request-watch.ts';
import type { NetSink } from './net-sink.ts';
import { createRequestBody, NO_REQUEST_BODY, type RequestBody } from './request-body.ts';

/** What a request needs of its connection. */
export interface NetRequestHost {
  readonly gateway: Gateway;
  readonly settings: ServerSettings;
  readonly connection: Connection;
  readonly memory: FieldMemory;
  /** What watches the request that is at work; undefined where nobody wants to know. */
  readonly watch: RequestWatch | undefined;
  /** The application wants more of the body; needs no `this`. */
  readonly pullBody: () => void;
  /** A request is over and cleaned up. */
  requestDone(): void;
}

/** One request on a socket: its body, its exchange. */
export class NetRequest implements GatewayRequest {
  readonly admission: Admission;
  readonly sink: NetSink;
  readonly #host: NetRequestHost;
  readonly #body: RequestBody;
  #input: RequestInput | undefined;
  #exchange: RunningExchange | undefined;
  #abandoned = false;

  /** Throws a TsgiError with the status to answer with. */
  constructor(event: RequestEvent, sink: NetSink, host: NetRequestHost) {
    this.#host = host;
    this.sink = sink;
    this.admission = host.gateway.admit(event, event);
    this.#body = createRequestBody(host.settings, event.contentLength, host.pullBody);
  }

  get connection(): Connection {
    return this.#host.connection;
  }

  get memory(): FieldMemory {
    return this.#host.memory;
  }

  get context(): RequestWatch | undefined {
    return this.#host.watch;
  }

  /** There once the application is called. */
  get input(): RequestInput {
    return this.#input as RequestInput;
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
    this.#input = this.#body.input();
    this.#exchange = this.#host.gateway.handle(this);
  }

  /** The response is over and cleaned up. */
  onDone(): void {
    this.#body.dispose();
    this.#host.requestDone();
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
