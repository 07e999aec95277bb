import { FastCgiError } from './errors.ts';
import type { FastCgiClientEvent } from './events.ts';
import { FASTCGI_LIMITS, type FastCgiLimits } from './limits.ts';
import { parsePairs, writePairs } from './pairs.ts';
import {
  type FastCgiRecord,
  KEEP_CONNECTION,
  PROTOCOL_STATUSES,
  RECORD_TYPES,
  ROLES,
  writeRecord,
  writeStream,
  writeStreamEnd,
} from './record.ts';
import { RecordInput, type RecordTaker } from './record-input.ts';

/** What the gateway's side takes. */
export interface FastCgiClientOptions {
  /** Of these, `requests`, `variables` and `idleRecords` count here. */
  readonly limits?: Partial<FastCgiLimits> | undefined;
}

/** A request to be sent. */
export interface FastCgiRequest {
  /** name, value, name, value, …, one code unit for each octet. */
  readonly variables: readonly string[];
  /** Whether the application is to keep the connection. */
  readonly keepConnection: boolean;
}

/** A request that was begun. */
export interface SentFastCgiRequest {
  /** From 1 to 65,535; the lowest one that is free. */
  readonly requestId: number;
  /** What is to be sent, in parts. */
  readonly octets: readonly Uint8Array[];
}

interface OutgoingRequest {
  contentEnded: boolean;
  stdoutEnded: boolean;
  stderrEnded: boolean;
}

/** The gateway's side of a connection to a responder: FastCGI 1.0. */
export class FastCgiClient {
  readonly #limits: FastCgiLimits;
  readonly #input = new RecordInput();
  readonly #requests = new Map<number, OutgoingRequest>();
  #idleRecords = 0;

  readonly #taker: RecordTaker<FastCgiClientEvent> = {
    take: (record) => this.#take(record),
    cut: () => this.#cut(),
    closed: () => this.#requests.clear(),
  };

  /** For one connection, from its first octet on. */
  constructor({ limits }: FastCgiClientOptions = {}) {
    this.#limits = { ...FASTCGI_LIMITS, ...limits };
  }

  /** Requests that were begun and are not over. */
  get active(): number {
    return this.#requests.size;
  }

  /** Begins a request; its content follows with `sendData` and `sendDataEnd`. */
  sendRequest({ variables, keepConnection }: FastCgiRequest): SentFastCgiRequest {
    const { closed, ended } = this.#input;
    if (closed || ended || this.#requests.size >= this.#limits.requests) {
      const why = closed || ended ? 'a request after the end' : 'one request too many';
      throw new FastCgiError('ERR_FASTCGI_STATE', why);
    }
    const pairs = writePairs(variables);
    let requestId = 1;
    while (this.#requests.has(requestId)) {
      requestId += 1;
    }
    const open = { contentEnded: false, stdoutEnded: false, stderrEnded: false };
    this.#requests.set(requestId, open);
    const begin = Uint8Array.of(
      0,
      ROLES.responder,
      keepConnection ? KEEP_CONNECTION : 0,
      0,
      0,
      0,
      0,
      0,
    );
    const octets = [
      ...writeRecord({ type: RECORD_TYPES.beginRequest, requestId, content: begin }),
      ...writeStream({ type: RECORD_TYPES.params, requestId, content: pairs }),
      ...writeStreamEnd(RECORD_TYPES.params, requestId),
    ];
    return { requestId, octets };
  }

  /** Writes octets of the content, in parts; the data is among them as it is. */
  sendData(requestId: number, data: Uint8Array): Uint8Array[] {
    this.#sending(requestId);
    return writeStream({ type: RECORD_TYPES.stdin, requestId, content: data });
  }

  /** Writes the end of the content. */
  sendDataEnd(requestId: number): Uint8Array[] {
    this.#sending(requestId).contentEnded = true;
    return writeStreamEnd(RECORD_TYPES.stdin, requestId);
  }

  /** Asks the application to end a request, which is over when its `end` comes. */
  sendAbort(requestId: number): Uint8Array[] {
    this.#active(requestId).contentEnded = true;
    return writeStreamEnd(RECORD_TYPES.abortRequest, requestId);
  }

  /** Asks for values such as FCGI_MAX_CONNS, FCGI_MAX_REQS, FCGI_MPXS_CONNS: section 4.1. */
  sendGetValues(names: readonly string[]): Uint8Array[] {
    const content = writePairs(names.flatMap((name) => [name, '']));
    if (content.length > 0xffff) {
      throw new FastCgiError('ERR_FASTCGI_VALUE', `${content.length} octets of GET_VALUES`);
    }
    return writeRecord({ type: RECORD_TYPES.getValues, requestId: 0, content });
  }

  /** Takes octets over; none says that the application sends no more. */
  receive(octets: Uint8Array): void {
    this.#input.receive(octets);
  }

  /**
   * The next event. Throws a FastCgiError where the connection is of no use any more; after it
   * there is `closed` only.
   */
  next(): FastCgiClientEvent {
    return this.#input.next(this.#taker);
  }

  #cut(): FastCgiClientEvent | undefined {
    for (const requestId of this.#requests.keys()) {
      this.#requests.delete(requestId);
      const error = new FastCgiError('ERR_FASTCGI_TRUNCATED', `request ${requestId}`);
      return { type: 'fault', requestId, error };
    }
    return undefined;
  }

  #take(record: FastCgiRecord): FastCgiClientEvent | undefined {
    const { type, requestId } = record;
    if (requestId === 0) {
      return this.#manage(record);
    }
    const request = this.#requests.get(requestId);
    if (request === undefined) {
      throw new FastCgiError('ERR_FASTCGI_REQUEST_ID', `${requestId}, which is not active`);
    }
    switch (type) {
      case RECORD_TYPES.stdout:
      case RECORD_TYPES.stderr:
        return output(request, record);
      case RECORD_TYPES.endRequest:
        return this.#end(record);
      default:
        throw new FastCgiError('ERR_FASTCGI_TYPE', `type ${type} of request ${requestId}`);
    }
  }

  #manage({ type, content }: FastCgiRecord): FastCgiClientEvent {
    this.#idleRecords += 1;
    if (this.#idleRecords > this.#limits.idleRecords) {
      throw new FastCgiError('ERR_FASTCGI_TOO_MANY', `${this.#idleRecords} records`);
    }
    if (type === RECORD_TYPES.getValuesResult) {
      return { type: 'values', values: parsePairs(content, this.#limits.variables) };
    }
    if (type === RECORD_TYPES.unknownType) {
      checkBody(content, 'UNKNOWN_TYPE');
      return { type: 'unknown-type', recordType: content[0] as number };
    }
    throw new FastCgiError('ERR_FASTCGI_TYPE', `type ${type} of request 0`);
  }

  #end({ requestId, content }: FastCgiRecord): FastCgiClientEvent {
    checkBody(content, 'END_REQUEST');
    const protocolStatus = PROTOCOL_STATUSES[content[4] as number];
    if (protocolStatus === undefined) {
      throw new FastCgiError('ERR_FASTCGI_BODY', `protocolStatus ${content[4]}`);
    }
    this.#requests.delete(requestId);
    this.#idleRecords = 0;
    const applicationStatus = new DataView(content.buffer, content.byteOffset).getUint32(0);
    return { type: 'end', requestId, applicationStatus, protocolStatus };
  }

  #active(requestId: number): OutgoingRequest {
    const request = this.#requests.get(requestId);
    if (request === undefined) {
      throw new FastCgiError('ERR_FASTCGI_STATE', `request ${requestId}, which is not active`);
    }
    return request;
  }

  #sending(requestId: number): OutgoingRequest {
    const request = this.#active(requestId);
    if (request.contentEnded) {
      throw new FastCgiError('ERR_FASTCGI_STATE', `content of ${requestId} after its end`);
    }
    return request;
  }
}

function checkBody(content: Uint8Array, name: string): void {
  if (content.length !== 8) {
    throw new FastCgiError('ERR_FASTCGI_BODY', `${content.length} octets of ${name}`);
  }
}

function output(
  request: OutgoingRequest,
  { type, requestId, content }: FastCgiRecord,
): FastCgiClientEvent | undefined {
  const name = type === RECORD_TYPES.stdout ? 'stdout' : 'stderr';
  const ended = `${name}Ended` as const;
  if (request[ended]) {
    throw new FastCgiError('ERR_FASTCGI_STREAM', `${name} after its end`);
  }
  request[ended] = content.length === 0;
  return content.length === 0 ? undefined : { type: name, requestId, data: content };
}
