import { FastCgiError } from './errors.ts';
import type { FastCgiServerEvent } from './events.ts';
import { IncomingRequest } from './incoming-request.ts';
import { FASTCGI_LIMITS, type FastCgiLimits } from './limits.ts';
import { answerManagement, type ManagementValues, writeEndRequest } from './management.ts';
import {
  concat,
  type FastCgiRecord,
  KEEP_CONNECTION,
  type ProtocolStatus,
  readUint16,
  RECORD_TYPES,
  ROLES,
  writeStream,
  writeStreamEnd,
} from './record.ts';
import { RecordInput, type RecordTaker } from './record-input.ts';

/** What the application's side takes. */
export interface FastCgiServerOptions {
  /** Each that is given replaces the one of FASTCGI_LIMITS. */
  readonly limits?: Partial<FastCgiLimits> | undefined;
  /** Whether several requests may be under way on one connection. Default true. */
  readonly multiplex?: boolean | undefined;
  /** FCGI_MAX_CONNS, for a gateway that asks: connections taken at a time. Default 1. */
  readonly maxConnections?: number | undefined;
  /** Whether a new request is refused as `overloaded`; asked for each. Default never. */
  readonly overloaded?: (() => boolean) | undefined;
}

/** The application's side of a connection in the role of a responder: FastCGI 1.0. */
export class FastCgiServer {
  readonly #limits: FastCgiLimits;
  readonly #multiplex: boolean;
  readonly #maxConnections: number;
  readonly #overloaded: () => boolean;
  readonly #input = new RecordInput();
  readonly #requests = new Map<number, IncomingRequest>();
  /** Requests that were answered before their content ended, which still comes. */
  readonly #answered = new Set<number>();
  #idleRecords = 0;
  /** Whether a request asked for the end of the connection. */
  #last = false;

  readonly #taker: RecordTaker<FastCgiServerEvent> = {
    take: (record) => this.#take(record),
    cut: () => this.#cut(),
  };

  /** For one connection, from its first octet on. */
  constructor({
    limits,
    multiplex = true,
    maxConnections = 1,
    overloaded = () => false,
  }: FastCgiServerOptions = {}) {
    this.#limits = { ...FASTCGI_LIMITS, ...limits };
    this.#multiplex = multiplex;
    this.#maxConnections = maxConnections;
    this.#overloaded = overloaded;
  }

  /** Requests that have begun and are not answered to their end. */
  get active(): number {
    return this.#requests.size;
  }

  /** Requests that were answered before their content ended, which still comes and is ignored. */
  get leftovers(): number {
    return this.#answered.size;
  }

  /** Whether the connection is to be closed, once what was written is sent. */
  get shouldClose(): boolean {
    return (this.#last || this.#input.closed) && this.#requests.size === 0;
  }

  /** Takes octets over; none says that the gateway sends no more. */
  receive(octets: Uint8Array): void {
    this.#input.receive(octets);
  }

  /**
   * The next event. Throws a FastCgiError where the connection is of no use any more; after it
   * there is `closed` only.
   */
  next(): FastCgiServerEvent {
    return this.#input.next(this.#taker);
  }

  // Requests that will not become whole are broken, each by itself
  #cut(): FastCgiServerEvent | undefined {
    for (const [requestId, request] of this.#requests) {
      if (!request.settled) {
        request.settle();
        const error = new FastCgiError('ERR_FASTCGI_TRUNCATED', `request ${requestId}`);
        return { type: 'fault', requestId, error };
      }
    }
    return undefined;
  }

  #take(record: FastCgiRecord): FastCgiServerEvent | undefined {
    const { type, requestId } = record;
    if (requestId === 0) {
      this.#countIdle();
      return { type: 'reply', octets: answerManagement(record, this.#values()) };
    }
    if (type === RECORD_TYPES.beginRequest) {
      return this.#begin(record);
    }
    const request = this.#requests.get(requestId);
    if (request === undefined) {
      this.#ignore(record);
      return undefined;
    }
    switch (type) {
      case RECORD_TYPES.params:
      case RECORD_TYPES.stdin:
        return step(request, record);
      case RECORD_TYPES.abortRequest:
        return this.#abort(request, requestId);
      default:
        throw new FastCgiError('ERR_FASTCGI_TYPE', `type ${type} of request ${requestId}`);
    }
  }

  // Section 3.3: a record of a request that is not active is ignored
  #ignore({ type, requestId, content }: FastCgiRecord): void {
    if (!this.#answered.has(requestId)) {
      this.#countIdle();
    } else if (type === RECORD_TYPES.stdin && content.length === 0) {
      this.#answered.delete(requestId);
    }
  }

  #abort(request: IncomingRequest, requestId: number): FastCgiServerEvent | undefined {
    if (request.aborted) {
      this.#countIdle();
      return undefined;
    }
    request.aborted = true;
    request.settle();
    return { type: 'abort', requestId };
  }

  #values(): ManagementValues {
    const requests = this.#multiplex ? this.#limits.requests : 1;
    return {
      FCGI_MAX_CONNS: this.#maxConnections,
      FCGI_MAX_REQS: this.#maxConnections * requests,
      FCGI_MPXS_CONNS: this.#multiplex ? 1 : 0,
    };
  }

  #countIdle(): void {
    this.#idleRecords += 1;
    if (this.#idleRecords > this.#limits.idleRecords) {
      throw new FastCgiError('ERR_FASTCGI_TOO_MANY', `${this.#idleRecords} records`);
    }
  }

  // Section 5.1: role(16 bits) flags reserved(5)
  #begin({ requestId, content }: FastCgiRecord): FastCgiServerEvent | undefined {
    if (this.#requests.has(requestId)) {
      throw new FastCgiError('ERR_FASTCGI_REQUEST_ID', `${requestId}, which is active`);
    }
    if (content.length !== 8) {
      throw new FastCgiError('ERR_FASTCGI_BODY', `${content.length} octets of BEGIN_REQUEST`);
    }
    const keepConnection = ((content[2] as number) & KEEP_CONNECTION) !== 0;
    this.#last ||= !keepConnection;
    const refusal = this.#refusal(readUint16(content, 0));
    if (refusal !== undefined) {
      this.#countIdle();
      this.#answered.add(requestId);
      return { type: 'reply', octets: concat(writeEndRequest(requestId, 0, refusal)) };
    }
    this.#idleRecords = 0;
    this.#answered.delete(requestId);
    this.#requests.set(requestId, new IncomingRequest(keepConnection, this.#limits));
    return undefined;
  }

  #refusal(role: number): ProtocolStatus | undefined {
    if (role !== ROLES.responder) {
      return 'unknown-role';
    }
    if (!this.#multiplex && this.#requests.size > 0) {
      return 'cant-multiplex';
    }
    const full = this.#requests.size >= this.#limits.requests;
    return full || this.#overloaded() ? 'overloaded' : undefined;
  }

  /** Writes octets of the response, in parts; the data is among them as it is. */
  sendStdout(requestId: number, data: Uint8Array): Uint8Array[] {
    this.#active(requestId);
    return writeStream({ type: RECORD_TYPES.stdout, requestId, content: data });
  }

  /** Writes octets for the log of the gateway. */
  sendStderr(requestId: number, data: Uint8Array): Uint8Array[] {
    const request = this.#active(requestId);
    request.usedStderr ||= data.length > 0;
    return writeStream({ type: RECORD_TYPES.stderr, requestId, content: data });
  }

  /** Ends the streams and the request; the status is that of a program, 0 where all is well. */
  sendEnd(requestId: number, applicationStatus = 0): Uint8Array[] {
    const { usedStderr, inputEnded } = this.#active(requestId);
    this.#requests.delete(requestId);
    if (!inputEnded) {
      this.#answered.add(requestId);
    }
    return [
      ...writeStreamEnd(RECORD_TYPES.stdout, requestId),
      ...(usedStderr ? writeStreamEnd(RECORD_TYPES.stderr, requestId) : []),
      ...writeEndRequest(requestId, applicationStatus, 'complete'),
    ];
  }

  #active(requestId: number): IncomingRequest {
    const request = this.#requests.get(requestId);
    if (request === undefined) {
      throw new FastCgiError('ERR_FASTCGI_STATE', `request ${requestId}, which is not active`);
    }
    return request;
  }
}

function step(request: IncomingRequest, record: FastCgiRecord): FastCgiServerEvent | undefined {
  const { requestId } = record;
  try {
    const event = request.receive(record);
    if (event?.type !== 'request') {
      return event && { ...event, requestId };
    }
    const { variables, contentLength } = event;
    const { keepConnection } = request;
    return { type: 'request', requestId, keepConnection, variables, contentLength };
  } catch (error) {
    if (error instanceof FastCgiError) {
      return { type: 'fault', requestId, error };
    }
    throw error;
  }
}
