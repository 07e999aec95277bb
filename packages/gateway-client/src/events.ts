import type { GatewayErrorCode } from './errors.ts';

/** What happens with an upstream, by the name of the event. */
export type UpstreamEventType =
  /** A connection was made. */
  | 'connected'
  /** An idle connection is used again. */
  | 'reused'
  /** An idle connection had gone; the request is sent again over a new one. */
  | 'stale'
  /** The head of a response has arrived. */
  | 'responded'
  /** A request failed before that. */
  | 'failed'
  /** A failed request is passed on to another upstream. */
  | 'passed-on'
  /** The upstream is unavailable from now on. */
  | 'down'
  /** It has answered again. */
  | 'up'
  /** The response has arrived whole. */
  | 'ended'
  /** It broke off, and so did the one to the client. */
  | 'truncated'
  /** The client went away, or pulling stopped, before it had arrived whole. */
  | 'cancelled';

/** One event. */
export interface UpstreamEvent {
  /** What happened; on it depends which of `status` and `error` is there. */
  readonly type: UpstreamEventType;
  /** The URL of the upstream, as given. */
  readonly upstream: string;
  /** The status code, of `responded`. */
  readonly status?: number | undefined;
  /** What went wrong, of `failed` and `truncated`. */
  readonly error?:
    | {
        /** The kind of failure: a key of `GATEWAY_ERRORS`. */
        readonly code: GatewayErrorCode;
        /** For the operator: unlike what the client is told, it may name addresses. */
        readonly message: string;
      }
    | undefined;
}

/** The figures of one upstream, since `forward` was called. */
export interface UpstreamCounters {
  /** Its URL, as given. */
  readonly url: string;
  /** Whether it is offered requests. */
  readonly available: boolean;
  /** Requests under way. */
  readonly active: number;
  /** Connections that wait for a request. */
  readonly idle: number;
  /** How often each event has happened. */
  readonly events: Readonly<Record<UpstreamEventType, number>>;
}
