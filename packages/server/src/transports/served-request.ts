import {
  type Admission,
  type Connection,
  type FieldMemory,
  type Gateway,
  type GatewayRequest,
  type RequestInput,
  type ResponseSink,
  type RunningExchange,
  TsgiError,
} from '@tsgi/core';
import type { RequestWatch } from '../request-watch.ts';
import type { RequestBody } from './request-body.ts';

/** What a request needs of its connection. */
export interface ServedRequestHost {
  readonly gateway: Gateway;
  readonly connection: Connection;
  readonly memory?: FieldMemory | undefined;
  /** What watches the request that is at work; undefined where nobody wants to know. */
  readonly watch: RequestWatch | undefined;
  /** A request is over and cleaned up. */
  requestDone(): void;
}

/** What a request is made of. */
export interface ServedRequestParts {
  readonly admission: Admission;
  readonly sink: ResponseSink;
  readonly body: RequestBody;
}

/** One request whose octets a codec of this project reads: its body, its exchange. */
export class ServedRequest implements GatewayRequest {
  readonly admission: Admission;
  readonly sink: ResponseSink;
  readonly #host: ServedRequestHost;
  readonly #body: RequestBody;
  #input: RequestInput | undefined;
  #exchange: RunningExchange | undefined;
  #abandoned = false;

  constructor({ admission, sink, body }: ServedRequestParts, host: ServedRequestHost) {
    this.#host = host;
    this.sink = sink;
    this.admission = admission;
    this.#body = body;
  }

  get connection(): Connection {
    return this.#host.connection;
  }

  get memory(): FieldMemory | undefined {
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
    if (!this.#body.awaited) {
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
