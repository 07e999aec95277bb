import type { Environ } from '@tsgi/types';

/** A request that is over, as `onRequestEnd` is told of it. */
export interface RequestRecord {
  /** The method; undefined where no request line could be read. */
  readonly method: string | undefined;
  /** The request-target as received; undefined where no request line could be read. */
  readonly target: string | undefined;
  /** `HTTP/1.1`; undefined where no request line could be read. */
  readonly protocol: string | undefined;
  /** The peer of the last hop; undefined on a Unix socket. */
  readonly remoteAddress: string | undefined;
  /** Its TCP port in digits; undefined on a Unix socket, or where a front does not say it. */
  readonly remotePort: string | undefined;
  /** name, value, name, value, … as received; empty where no head could be read. */
  readonly requestHeaders: readonly string[];
  /** What the application was called with; undefined where it was not called. */
  readonly environ: Environ | undefined;
  /** The status code sent; undefined where no response was begun. */
  readonly status: number | undefined;
  /** Octets of content handed to the transport. */
  readonly bytesSent: number;
  /** Octets of the request body that arrived. */
  readonly bytesReceived: number;
  /** When the head had arrived: milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds from then to the end of cleanup, on a monotonic clock. */
  readonly duration: number;
  /** True where the client did not get the whole response. */
  readonly aborted: boolean;
  /** What the application threw, or why the response was cut short. */
  readonly error: unknown;
}
