// The application's side
export { UwsgiReader, type UwsgiReaderOptions } from './reader.ts';
export type {
  ContentEndEvent,
  ContentEvent,
  RequestSignal,
  SingleRequestEvent,
  VariablesEvent,
} from '../variables/request-reader.ts';

// The gateway's side
export { writeUwsgiHead } from './writer.ts';

// Limits, errors
export { UWSGI_LIMITS, type UwsgiLimits } from './limits.ts';
export { UWSGI_ERRORS, type UwsgiBlame, UwsgiError, type UwsgiErrorCode } from './errors.ts';
