export { serve, type ServerHandle } from './serve.ts';
export { type CgiOptions, serveCgi } from './cgi/serve-cgi.ts';
export { isCgi } from './cgi/cgi-environment.ts';
export { isFastcgiSocket } from './cgi/fastcgi-socket.ts';
export type { BoundAddress, ListenAddress } from './listen.ts';
export type { ExtensionOptions } from './extensions.ts';
export { checkLifespan } from './lifespan.ts';
export type { TlsOptions } from './tls.ts';
export type { RequestRecord } from './request-record.ts';
export type { Counters } from './transports/transport.ts';
export {
  DEFAULTS,
  type PathSource,
  type ServedProtocol,
  type ServeOptions,
  type ServerSettings,
} from './options.ts';
export { decodePath, describe, TsgiError, type ErrorCode } from '@tsgi/core';
