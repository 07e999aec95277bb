/** The head of a response, of whichever protocol. */
export interface UpstreamHead {
  readonly status: number;
  readonly reason: string;
  /** name, value, name, value, … in wire order. */
  readonly headers: readonly string[];
}

/** The head of an interim response has arrived. */
export interface InterimEvent extends UpstreamHead {
  readonly type: 'interim';
}

/** The head of the response has arrived. */
export interface HeadEvent extends UpstreamHead {
  readonly type: 'response';
}

/** Octets of its content, or of what the upstream says of errors. */
export interface OctetsEvent {
  readonly type: 'data' | 'stderr';
  readonly data: Uint8Array;
}

/** The response is complete. */
export interface EndEvent {
  readonly type: 'end';
  /** name, value, … */
  readonly trailers: readonly string[];
}

/** What a conversation gives. `need-data`: nothing until more is received. */
export type ConversationEvent = InterimEvent | HeadEvent | OctetsEvent | EndEvent | 'need-data';

/** One request and its response in the protocol of an upstream, without I/O. */
export interface Conversation {
  /** Whether the upstream is told to say when it wants the body, by a 100. */
  readonly expectsContinue: boolean;
  /** What begins the request. */
  begin(): readonly Uint8Array[];
  /** What carries a piece of its body. */
  data(piece: Uint8Array): readonly Uint8Array[];
  /** What ends the body. */
  dataEnd(): readonly Uint8Array[];
  /** The last words to an upstream whose answer nobody waits for. */
  cancel(): readonly Uint8Array[];
  /** Takes octets over; none says that the upstream sends no more. */
  receive(octets: Uint8Array): void;
  /** The next event. Throws the error of the engine where the upstream broke the protocol. */
  next(): ConversationEvent;
  /** Whether the connection can carry another request; asked behind `end`. */
  isReusable(): boolean;
}

/** What is known of a response before it comes. */
export interface ConversationLimits {
  /** The largest head of a response in octets. */
  readonly maxHeaderSize: number;
  /** Whether the connection is to be kept. */
  readonly keep: boolean;
}
