import { OctetQueue } from '../octets/octet-queue.ts';
import { FastCgiError } from './errors.ts';

/** The types of records: section 8 of the specification. */
export const RECORD_TYPES = {
  /** From the gateway: begins a request (5.1). */
  beginRequest: 1,
  /** From the gateway: asks for the end of a request (5.4). */
  abortRequest: 2,
  /** From the application: ends a request (5.5). */
  endRequest: 3,
  /** From the gateway: the stream of variables (5.2). */
  params: 4,
  /** From the gateway: the stream of the content (5.3). */
  stdin: 5,
  /** From the application: the stream of the response (5.3). */
  stdout: 6,
  /** From the application: the stream for the log of the gateway (5.3). */
  stderr: 7,
  /** From the gateway: the second stream of a filter, which no responder has (5.3). */
  data: 8,
  /** From the gateway, of the request 0: asks what the application can take (4.1). */
  getValues: 9,
  /** From the application, of the request 0: the answer to `getValues` (4.1). */
  getValuesResult: 10,
  /** From the application, of the request 0: a management record is of no known type (4.2). */
  unknownType: 11,
} as const;

/** The roles of an application. */
export const ROLES = {
  /** Answers a request, as a CGI program does (6.2); the one role that FastCgiServer takes. */
  responder: 1,
  /** Decides whether a request is allowed (6.3). */
  authorizer: 2,
  /** Answers a request with what it makes of a file that the gateway sends (6.4). */
  filter: 3,
} as const;

/** The flag of BEGIN_REQUEST that keeps the connection. */
export const KEEP_CONNECTION = 1;

/** What an END_REQUEST says of the protocol. */
export type ProtocolStatus = 'complete' | 'cant-multiplex' | 'overloaded' | 'unknown-role';

/** In the order of their numbers: section 5.5. */
export const PROTOCOL_STATUSES: readonly ProtocolStatus[] = [
  'complete',
  'cant-multiplex',
  'overloaded',
  'unknown-role',
];

/** One record: section 3.3. */
export interface FastCgiRecord {
  /** One of RECORD_TYPES, or any other octet. */
  readonly type: number;
  /** 0 for a management record. */
  readonly requestId: number;
  /** At most 65,535 octets, without padding. */
  readonly content: Uint8Array;
}

const HEADER_LENGTH = 8;
const MOST_CONTENT = 0xffff;
const VERSION = 1;
const EMPTY = new Uint8Array(0);

/** Takes records apart; each is given once it is whole. */
export class RecordReader {
  readonly #queue = new OctetQueue();

  /** Octets of a record that is not whole. */
  get length(): number {
    return this.#queue.length;
  }

  /** Takes octets over. */
  push(octets: Uint8Array): void {
    this.#queue.push(octets);
  }

  /** Forgets what was not read. */
  clear(): void {
    this.#queue.clear();
  }

  /** The next record; undefined until it is whole. Throws `ERR_FASTCGI_VERSION`. */
  next(): FastCgiRecord | undefined {
    const header = this.#queue.view(HEADER_LENGTH);
    if (header.length > 0 && header[0] !== VERSION) {
      throw new FastCgiError('ERR_FASTCGI_VERSION', `version ${header[0]}`);
    }
    if (header.length < HEADER_LENGTH) {
      return undefined;
    }
    const size = readUint16(header, 4);
    const whole = HEADER_LENGTH + size + (header[6] as number);
    if (this.#queue.length < whole) {
      return undefined;
    }
    const record = this.#queue.take(whole);
    return {
      type: record[1] as number,
      requestId: readUint16(record, 2),
      content: record.subarray(HEADER_LENGTH, HEADER_LENGTH + size),
    };
  }
}

/** Two octets as a number, the more significant one first. */
export function readUint16(octets: Uint8Array, at: number): number {
  return ((octets[at] as number) << 8) | (octets[at + 1] as number);
}

/**
 * Writes a record in parts: its header and its content as it is. There is no padding, which is for
 * the receiver to profit from: nginx holds a head back while padding follows it.
 */
export function writeRecord({ type, requestId, content }: FastCgiRecord): Uint8Array[] {
  const size = content.length;
  const header = Uint8Array.of(
    VERSION,
    type,
    requestId >> 8,
    requestId & 0xff,
    size >> 8,
    size & 0xff,
    0,
    0,
  );
  return size === 0 ? [header] : [header, content];
}

/** Writes octets of a stream as records, each of 65,535 octets at most; none for no octets. */
export function writeStream({ type, requestId, content }: FastCgiRecord): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < content.length; at += MOST_CONTENT) {
    const piece = content.subarray(at, at + MOST_CONTENT);
    parts.push(...writeRecord({ type, requestId, content: piece }));
  }
  return parts;
}

/** Writes the record that ends a stream. */
export function writeStreamEnd(type: number, requestId: number): Uint8Array[] {
  return writeRecord({ type, requestId, content: EMPTY });
}

/**
 * What no gateway takes for a record, since it has no version. nginx takes the end of a connection
 * for the end of a response, even where no END_REQUEST has come; after this it does not.
 */
export const NO_RECORD: Uint8Array = new Uint8Array(HEADER_LENGTH);

/** Parts as one. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
