import type { Connection } from '@tsgi/core';
import type { FastCgiError, FastCgiRequestEvent } from '@tsgi/protocol/fastcgi';
import { FastCgiOutput, type FastCgiOutputs } from './fastcgi-output.ts';
import { FrontExchange, type FrontLink, type FrontServer } from './front-exchange.ts';

/** What a request needs of its connection. */
export interface FastCgiRequestHost {
  readonly server: FrontServer;
  readonly listening: Connection;
  readonly outputs: FastCgiOutputs;
  /** Stops or goes on with the reading of the connection. */
  balance(): void;
  /** The front says what cannot be. */
  complain(error: unknown): void;
  /** A request is answered, or will not be. */
  over(requestId: number): void;
  /** The response to a request is not complete. */
  incomplete(requestId: number): void;
}

/** One request of a FastCGI connection. */
export class FastCgiRequest implements FrontLink {
  readonly output: FastCgiOutput;
  readonly #requestId: number;
  readonly #host: FastCgiRequestHost;
  readonly #exchange: FrontExchange;
  /** The variables of a request that declares no length, until STDIN says whether it is empty. */
  #undecided: readonly string[] | undefined;
  #waiting = 0;

  constructor(requestId: number, host: FastCgiRequestHost) {
    this.#requestId = requestId;
    this.#host = host;
    this.output = new FastCgiOutput(host.outputs, requestId, () => host.incomplete(requestId));
    this.#exchange = new FrontExchange(host.server, this);
  }

  get listening(): Connection {
    return this.#host.listening;
  }

  /** Whether the application has been called. */
  get called(): boolean {
    return this.#exchange.called;
  }

  /** Whether more of the body is not wanted yet. */
  get held(): boolean {
    return this.#exchange.held;
  }

  /** Octets that have come since it is not wanted. */
  get waiting(): number {
    return this.#waiting;
  }

  begin({ variables, contentLength }: FastCgiRequestEvent): void {
    if (contentLength === undefined) {
      this.#undecided = variables;
      this.#exchange.awaitContent();
    } else {
      this.#exchange.begin({ variables, contentLength });
    }
  }

  #decide(contentLength: 0 | undefined): void {
    const variables = this.#undecided;
    if (variables !== undefined) {
      this.#undecided = undefined;
      this.#exchange.begin({ variables, contentLength });
    }
  }

  takeData(data: Uint8Array): void {
    this.#decide(undefined);
    this.#waiting = this.held ? this.#waiting + data.byteLength : 0;
    this.#exchange.takeData(data);
  }

  takeEnd(): void {
    this.#decide(0);
    this.#exchange.takeEnd();
  }

  broken(error: FastCgiError): void {
    this.#undecided = undefined;
    this.#exchange.broken(error, error.status);
  }

  /** The front wants no response any more. */
  abort(): void {
    this.#undecided = undefined;
    this.#exchange.disconnect();
    this.output.endAborted();
    this.#host.over(this.#requestId);
  }

  disconnect(): void {
    this.#undecided = undefined;
    this.#exchange.disconnect();
  }

  balance(): void {
    this.#waiting = 0;
    this.#host.balance();
  }

  complain(error: unknown): void {
    this.#host.complain(error);
  }

  answered(): void {
    this.#host.over(this.#requestId);
  }
}
