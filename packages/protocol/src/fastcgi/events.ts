import type { FastCgiError } from './errors.ts';
import type { ProtocolStatus } from './record.ts';

/** The variables of a request have arrived. */
export interface FastCgiRequestEvent {
  /** Comes once for a request, when its PARAMS stream has ended. */
  readonly type: 'request';
  /** From 1 to 65,535; chosen by the gateway, which can use it again after `sendEnd`. */
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
  /** Comes any number of times for a request, between `request` and `end`. */
  readonly type: 'data';
  /** As in the `request` event. */
  readonly requestId: number;
  /** The content of one STDIN record; never empty. */
  readonly data: Uint8Array;
}

/** The content of a request is complete. */
export interface FastCgiContentEndEvent {
  /** Comes once for a request, when its STDIN stream has ended. */
  readonly type: 'end';
  /** As in the `request` event. */
  readonly requestId: number;
}

/** The gateway wants a request to end; it is still to be answered with `sendEnd`. */
export interface FastCgiAbortEvent {
  /** Comes once at most, even before `request`; nothing follows for this request. */
  readonly type: 'abort';
  /** The id under which the request was begun. */
  readonly requestId: number;
}

/** A request is broken; others on the connection go on. An application answers with `sendEnd`. */
export interface FastCgiFaultEvent {
  /** Neither content nor an end follows for this request. */
  readonly type: 'fault';
  /** The id under which the request was begun. */
  readonly requestId: number;
  /** The rule that was broken; its `status` is one to answer with. */
  readonly error: FastCgiError;
}

/** Octets that the engine has to say, to be sent as they are. */
export interface FastCgiReplyEvent {
  /** Comes after a management record, and where a request is refused. */
  readonly type: 'reply';
  /** A whole record. */
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
  /** The stream: `stdout` is the response, `stderr` is for the log of the gateway. */
  readonly type: 'stdout' | 'stderr';
  /** As `sendRequest` gave it. */
  readonly requestId: number;
  /** The content of one record; never empty. */
  readonly data: Uint8Array;
}

/** A request is over, and its id is free. */
export interface FastCgiEndEvent {
  /** Comes once for a request, at its END_REQUEST: section 5.5. */
  readonly type: 'end';
  /** As `sendRequest` gave it, which can now give it again. */
  readonly requestId: number;
  /** The exit status of the program, unsigned; 0 where all is well. */
  readonly applicationStatus: number;
  /** `complete`, or why the application refused the request. */
  readonly protocolStatus: ProtocolStatus;
}

/** The answer to `sendGetValues`. */
export interface FastCgiValuesEvent {
  /** Comes at a GET_VALUES_RESULT: section 4.1. */
  readonly type: 'values';
  /** name, value, name, value, … */
  readonly values: readonly string[];
}

/** The application does not know a type of record that was sent to it. */
export interface FastCgiUnknownTypeEvent {
  /** Comes at an UNKNOWN_TYPE: section 4.2. */
  readonly type: 'unknown-type';
  /** The type of the management record that the application does not know. */
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
