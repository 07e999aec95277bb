// The application's side
export { FastCgiServer, type FastCgiServerOptions } from './server.ts';

// The gateway's side
export {
  FastCgiClient,
  type FastCgiClientOptions,
  type FastCgiRequest,
  type SentFastCgiRequest,
} from './client.ts';

// What they give
export type {
  FastCgiAbortEvent,
  FastCgiClientEvent,
  FastCgiContentEndEvent,
  FastCgiDataEvent,
  FastCgiEndEvent,
  FastCgiFaultEvent,
  FastCgiOutputEvent,
  FastCgiReplyEvent,
  FastCgiRequestEvent,
  FastCgiServerEvent,
  FastCgiSignal,
  FastCgiUnknownTypeEvent,
  FastCgiValuesEvent,
} from './events.ts';
export { NO_RECORD, type ProtocolStatus, RECORD_TYPES, ROLES } from './record.ts';

// Limits, errors
export { FASTCGI_LIMITS, type FastCgiLimits } from './limits.ts';
export {
  FASTCGI_ERRORS,
  type FastCgiBlame,
  FastCgiError,
  type FastCgiErrorCode,
} from './errors.ts';
