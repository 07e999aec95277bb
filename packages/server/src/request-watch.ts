import { type Connection, type GatewayRequest, type RequestHead, TsgiError } from '@tsgi/core';
import type { Environ, Outcome } from '@tsgi/types';
import type { RequestRecord } from './request-record.ts';

/** How a request ended. */
type End = Pick<RequestRecord, 'status' | 'bytesSent' | 'aborted' | 'error'>;

/** What is known of a request before its head has been checked. */
type Head = Partial<Pick<RequestHead, 'method' | 'target' | 'headers'>> & {
  readonly protocol?: string;
};

const NO_HEAD: Head = {};

/** Watches one request until it is over, and tells of it once. */
export class RequestWatch {
  readonly #head: Head;
  readonly #connection: Connection;
  readonly #tell: (record: RequestRecord) => void;
  readonly #startedAt = Date.now();
  readonly #began = performance.now();
  #environ: Environ | undefined;
  #received = 0;
  #told = false;

  constructor(head: Head, connection: Connection, tell: (record: RequestRecord) => void) {
    this.#head = head;
    this.#connection = connection;
    this.#tell = tell;
  }

  /** Octets of the body have arrived. */
  received(octets: number): void {
    this.#received += octets;
  }

  /** The application is about to be called; from here on the outcome says how it ends. */
  called(environ: Environ): void {
    this.#environ = environ;
    // registered first, it runs last
    environ['tsgi.on_finish'](this.#finished);
  }

  readonly #finished = (outcome: Outcome): void => {
    const { status, bytesSent, aborted, error } = outcome;
    this.#end({ status, bytesSent, aborted, error });
  };

  /** The server has answered by itself, with so many octets of content. */
  refused(status: number, bytesSent: number): void {
    this.#end({ status, bytesSent, aborted: false, error: undefined });
  }

  /** The connection is gone; where the application was called, its outcome says so. */
  gone(): void {
    if (this.#environ === undefined) {
      const error = new TsgiError('ERR_TSGI_ABORTED');
      this.#end({ status: undefined, bytesSent: 0, aborted: true, error });
    }
  }

  #end(end: End): void {
    if (this.#told) {
      return;
    }
    this.#told = true;
    const { method, target, protocol, headers = [] } = this.#head;
    const { remoteAddress, remotePort } = this.#connection;
    this.#tell({
      method,
      target,
      protocol,
      remoteAddress,
      remotePort,
      // a copy: requests that repeat their fields share one list
      requestHeaders: [...headers],
      environ: this.#environ,
      status: end.status,
      bytesSent: end.bytesSent,
      aborted: end.aborted,
      error: end.error,
      bytesReceived: this.#received,
      startedAt: this.#startedAt,
      duration: performance.now() - this.#began,
    });
  }
}

/** The requests of one server that are watched; there is none where nobody wants to know. */
export class RequestWatches {
  readonly #onRequestEnd: (record: RequestRecord) => void;
  readonly #report: (error: unknown) => void;

  /** @param report told of what `onRequestEnd` throws */
  constructor(onRequestEnd: (record: RequestRecord) => void, report: (error: unknown) => void) {
    this.#onRequestEnd = onRequestEnd;
    this.#report = report;
  }

  /** A request begins; without a head where none could be read. */
  begin(connection: Connection, head: Head = NO_HEAD): RequestWatch {
    return new RequestWatch(head, connection, this.#tell);
  }

  /** What the gateway calls for each request that reaches the application. */
  readonly onCall = (environ: Environ, { context }: GatewayRequest): void => {
    (context as RequestWatch | undefined)?.called(environ);
  };

  readonly #tell = (record: RequestRecord): void => {
    try {
      this.#onRequestEnd(record);
    } catch (error) {
      this.#report(error);
    }
  };
}
