// The application's side
export { ScgiReader, type ScgiReaderOptions } from './reader.ts';
export type {
  ContentEndEvent,
  ContentEvent,
  RequestSignal,
  SingleRequestEvent,
  VariablesEvent,
} from '../variables/request-reader.ts';

// The gateway's side
export { writeScgiHead } from './writer.ts';

// Limits, errors
export { SCGI_LIMITS, type ScgiLimits } from './limits.ts';
export { SCGI_ERRORS, type ScgiBlame, ScgiError, type ScgiErrorCode } from './errors.ts';
