import type { Connection } from './environ.ts';
import type { FieldMemory } from './request-fields.ts';
import type { RequestFraming, RequestHead } from './request-head.ts';
import type { RequestInput } from './request-input.ts';
import type { ResponseSink } from './sink.ts';
import type { Target } from './target.ts';

/** Where a request goes. */
export interface Place {
  readonly target: Target;
  /** Where the application is mounted: `""` or a canonical path that does not end in `/`. */
  readonly scriptName: string;
}

/** A request whose head breaks no rule, before its body is read. */
export interface Admission extends Place {
  readonly head: RequestHead;
  readonly framing: RequestFraming;
  readonly pathInfo: string;
}

/** What a transport gives for each admitted request. */
export interface GatewayRequest {
  readonly admission: Admission;
  readonly connection: Connection;
  /** For the transport itself: given back in `onCall`. */
  readonly context?: unknown;
  readonly input: RequestInput;
  readonly sink: ResponseSink;
  /** What the connection remembers of the fields of its last request. */
  readonly memory?: FieldMemory | undefined;
  /** Called when the response is over and cleanup is done. */
  onDone(): void;
}
