/** A version of HTTP/1. Later minor versions are processed as 1.1: RFC 9110 section 6.2. */
export type Http1Version = 'HTTP/1.0' | 'HTTP/1.1';

/** The head of a request has arrived. */
export interface RequestEvent {
  /** Comes once for a request, before its content. */
  readonly type: 'request';
  /** A token, its case kept: RFC 9110 section 9.1. */
  readonly method: string;
  /** As received, one code unit for each octet. */
  readonly target: string;
  /** The version of the request line. */
  readonly protocol: Http1Version;
  /** name, value, name, value, … in wire order, values trimmed. */
  readonly headers: readonly string[];
  /** The length of the body in octets; undefined for a chunked body, 0 where there is none. */
  readonly contentLength: number | undefined;
  /** Whether a Content-Length field was there. */
  readonly declared: boolean;
  /** Whether the client waits for a 100 before it sends the body. */
  readonly expectsContinue: boolean;
  /** Whether the client is ready for another request on this connection. */
  readonly keepAlive: boolean;
}

/** The head of a response has arrived; interim ones have a status below 200. */
export interface ResponseEvent {
  /** Comes for each interim response and for the final one. */
  readonly type: 'response';
  /** From 100 to 999, as received. */
  readonly status: number;
  /** The reason phrase; may be empty. */
  readonly reason: string;
  /** The version of the status line. */
  readonly protocol: Http1Version;
  /** name, value, name, value, … in wire order, values trimmed. */
  readonly headers: readonly string[];
  /** Whether another request can follow on this connection; decided by the final response. */
  readonly keepAlive: boolean;
}

/** Octets of the body; a view of what was received. */
export interface DataEvent {
  /** Comes any number of times, between the head and `end`. */
  readonly type: 'data';
  /** Never empty, and without the octets that frame chunks. */
  readonly data: Uint8Array;
}

/** The message is complete. */
export interface EndEvent {
  /** Comes once for a message, also for one without a body; never for an interim response. */
  readonly type: 'end';
  /** name, value, … of the trailer section. */
  readonly trailers: readonly string[];
}

/**
 * `need-data`: nothing more until more is received. `paused`: the next message waits until this
 * cycle is over. `closed`: nothing will come.
 */
export type Signal = 'need-data' | 'paused' | 'closed';

/** What the server's end gives. */
export type ServerEvent = RequestEvent | DataEvent | EndEvent | Signal;

/** What the client's end gives. */
export type ClientEvent = ResponseEvent | DataEvent | EndEvent | Signal;
