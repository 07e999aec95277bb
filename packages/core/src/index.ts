// One request
export { Gateway, type GatewayOptions, type RunningExchange } from './gateway.ts';
export type { Admission, GatewayRequest, Place } from './gateway-request.ts';
export type { Concurrency, Connection } from './environ.ts';
export { environKey, FieldMemory } from './request-fields.ts';
export {
  checkRequestHead,
  type Protocol,
  type RequestFraming,
  type RequestHead,
} from './request-head.ts';
export { createTimeLimit, type TimeLimit, type Timers } from './time-limit.ts';

// What environ has beyond the core
export type { GatewayExtensions } from './extensions.ts';
export type { FileRead, FileReader } from './file-pump.ts';
export { PORTABLE_SIGNALS, type SignalSource } from './signal.ts';

// Targets and paths
export { canonicalPath, decodePath, parseTarget, type Target } from './target.ts';
export { isHost } from './host.ts';

// Input
export { bufferedRequestInput, type RequestInput, streamedRequestInput } from './request-input.ts';
export { type ByteSource, EMPTY_SOURCE, memorySource, ownedSource } from './input.ts';
export type { InputFeed, StreamedInput } from './async-input.ts';
export {
  type WebChunk,
  type WebEnd,
  type WebInputOptions,
  type WebReader,
  type WebReadResult,
  webRequestInput,
  type WebStream,
} from './web-input.ts';

// Response
export { writeOwnResponse } from './response-head.ts';
export type { ResponseHead, ResponseSink } from './sink.ts';
export {
  type ResponseEvent,
  type ResponseState,
  type Transition,
  TRANSITIONS,
} from './response-state.ts';

// Grammar
export {
  checkHeaders,
  type CheckedHeaders,
  checkHints,
  checkTrailers,
  HOP_BY_HOP,
  isFieldValue,
  isToken,
  parseContentLength,
} from './header-list.ts';
export { headerPairs } from './header-pairs.ts';
export { checkStatus, isBodiless, reasonPhrase, statusCode } from './status.ts';
export { isChunk } from './chunk.ts';

// Errors
export {
  type Blame,
  describe,
  type ErrorCode,
  type ErrorRecord,
  ERRORS,
  TsgiError,
} from './errors.ts';
