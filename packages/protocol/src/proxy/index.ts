// Reading
export {
  type ProxyEvent,
  ProxyReader,
  type ProxyReaderOptions,
  type ProxyVersions,
} from './reader.ts';
export { parseSsl, type ProxySsl } from './ssl.ts';
export {
  findTlv,
  type ProxyEndpoint,
  type ProxyHeader,
  type ProxyTlv,
  TLV_TYPES,
} from './header.ts';

// Writing
export { writeLine } from './version-1.ts';
export { writeBinary } from './version-2.ts';

// Errors
export { PROXY_ERRORS, type ProxyBlame, ProxyError, type ProxyErrorCode } from './errors.ts';
