// The variables of a request
export { META_VARIABLES, fieldOf, variableOf } from './meta-variables.ts';
export { buildVariables, type BuildVariablesOptions, type CgiRequest } from './build-variables.ts';
export { type CgiRequestHead, parseVariables } from './parse-variables.ts';
export { decodePath, encodePath } from './path.ts';

// The script's side of a response
export { type CgiResponse, writeCgiHead, writeLocalRedirect } from './response-writer.ts';

// The gateway's side of a response
export {
  type CgiDataEvent,
  type CgiEndEvent,
  type CgiEvent,
  type CgiResponseEvent,
  CgiResponseReader,
  type CgiResponseReaderOptions,
} from './response-reader.ts';
export type { CgiResponseHead, CgiResponseKind, StatusLines } from './response-head.ts';

// Limits, errors
export { CGI_LIMITS, type CgiLimits } from './limits.ts';
export { CGI_ERRORS, type CgiBlame, CgiError, type CgiErrorCode } from './errors.ts';
