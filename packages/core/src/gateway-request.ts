import type { Connection } from './environ.ts';
import type { FieldMemory } from './request-fields.ts';
import type { RequestFraming, RequestHead } from './request-head.ts';
import type { RequestInput } from './request-input.ts';
import type { ResponseSink } from './sink.ts';
import type { Target } from './target.ts';

/** Where a request goes. */
export interface Place {
  /** The request-target taken apart; its path is the whole one, the mount included. */
  readonly target: Target;
  /** Where the application is mounted: `""` or a canonical path that does not end in `/`. */
  readonly scriptName: string;
}

/** A request whose head breaks no rule, before its body is read. */
export interface Admission extends Place {
  /** The head as the transport gave it. */
  readonly head: RequestHead;
  /** How the body is delimited, as checkRequestHead or the parser of the transport found it. */
  readonly framing: RequestFraming;
  /** PATH_INFO: what follows `scriptName` in the canonical path, `*` for the target `*`. */
  readonly pathInfo: string;
}

/** What a transport gives for each admitted request. */
export interface GatewayRequest {
  /** What `admit` or `admitAt` of the gateway returned. */
  readonly admission: Admission;
  /** Only read, so that the requests of a connection can share one object. */
  readonly connection: Connection;
  /** For the transport itself: given back in `onCall`. */
  readonly context?: unknown;
  /** The body of the request, whether it has arrived or not. */
  readonly input: RequestInput;
  /** Where the response goes; what it cannot do is not offered in environ either. */
  readonly sink: ResponseSink;
  /** What the connection remembers of the fields of its last request. */
  readonly memory?: FieldMemory | undefined;
  /** Called when the response is over and cleanup is done. */
  onDone(): void;
}
