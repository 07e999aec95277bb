import type { FastCgiError } from './errors.ts';
import type { ProtocolStatus } from './record.ts';

/** The variables of a request have arrived. */
export interface FastCgiRequestEvent {
  readonly type: 'request';
  readonly requestId: number;
  /** Whether the connection stays open after this request. */
  readonly keepConnection: boolean;
  /** name, value, name, value, … in wire order, one code unit for each octet. */
  readonly variables: readonly string[];
  /** The length of the content in octets; undefined where none is declared, and STDIN says it. */
  readonly contentLength: number | undefined;
}

/** Octets of the content of a request. */
export interface FastCgiDataEvent {
  readonly type: 'data';
  readonly requestId: number;
  readonly data: Uint8Array;
}

/** The content of a request is complete. */
export interface FastCgiContentEndEvent {
  readonly type: 'end';
  readonly requestId: number;
}

/** The gateway wants a request to end; it is still to be answered with `sendEnd`. */
export interface FastCgiAbortEvent {
  readonly type: 'abort';
  readonly requestId: number;
}

/** A request is broken; others on the connection go on. An application answers with `sendEnd`. */
export interface FastCgiFaultEvent {
  readonly type: 'fault';
  readonly requestId: number;
  readonly error: FastCgiError;
}

/** Octets that the engine has to say, to be sent as they are. */
export interface FastCgiReplyEvent {
  readonly type: 'reply';
  readonly octets: Uint8Array;
}

/**
 * `need-data`: nothing more until more is received. `closed`: nothing will come, and requests that
 * have arrived are still to be answered.
 */
export type FastCgiSignal = 'need-data' | 'closed';

/** What the application's side gives. */
export type FastCgiServerEvent =
  | FastCgiRequestEvent
  | FastCgiDataEvent
  | FastCgiContentEndEvent
  | FastCgiAbortEvent
  | FastCgiFaultEvent
  | FastCgiReplyEvent
  | FastCgiSignal;

/** Octets of a response, or of what the application says of errors. */
export interface FastCgiOutputEvent {
  readonly type: 'stdout' | 'stderr';
  readonly requestId: number;
  readonly data: Uint8Array;
}

/** A request is over, and its id is free. */
export interface FastCgiEndEvent {
  readonly type: 'end';
  readonly requestId: number;
  /** The exit status of the program, unsigned; 0 where all is well. */
  readonly applicationStatus: number;
  readonly protocolStatus: ProtocolStatus;
}

/** The answer to `sendGetValues`. */
export interface FastCgiValuesEvent {
  readonly type: 'values';
  /** name, value, name, value, … */
  readonly values: readonly string[];
}

/** The application does not know a type of record that was sent to it. */
export interface FastCgiUnknownTypeEvent {
  readonly type: 'unknown-type';
  readonly recordType: number;
}

/** What the gateway's side gives. */
export type FastCgiClientEvent =
  | FastCgiOutputEvent
  | FastCgiEndEvent
  | FastCgiFaultEvent
  | FastCgiValuesEvent
  | FastCgiUnknownTypeEvent
  | FastCgiSignal;
