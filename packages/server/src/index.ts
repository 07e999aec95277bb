export { serve, type ServerHandle } from './serve.ts';
export type { BoundAddress, ListenAddress } from './listen.ts';
export type { ExtensionOptions } from './extensions.ts';
export { checkLifespan } from './lifespan.ts';
export type { TlsOptions } from './tls.ts';
export type { RequestRecord } from './request-record.ts';
export type { Counters } from './transports/transport.ts';
export { DEFAULTS, type ServeOptions, type ServerSettings } from './options.ts';
export { decodePath, describe, TsgiError, type ErrorCode } from '@tsgi/core';
