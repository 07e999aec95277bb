// The two ends of a connection
export { Http1Client, type Http1ClientOptions, type SentRequest } from './client.ts';
export { Http1Server, type Http1ServerOptions } from './server.ts';
export { HeadLines, type SentHead } from './head-lines.ts';

// What they give
export type {
  ClientEvent,
  DataEvent,
  EndEvent,
  Http1Version,
  RequestEvent,
  ResponseEvent,
  ServerEvent,
  Signal,
} from './events.ts';
export {
  DIRECTION_TRANSITIONS,
  type DirectionEvent,
  type DirectionState,
} from './states.ts';

// What field lines say
export { saysClose } from './fields.ts';

// Limits, errors
export { HTTP1_LIMITS, type Http1Limits } from './limits.ts';
export {
  HTTP1_ERRORS,
  type Http1Blame,
  Http1Error,
  type Http1ErrorCode,
} from './errors.ts';
export type { DecodeLatin1 } from './receive-buffer.ts';
