// The application
export { forward, type ForwardApplication } from './forward.ts';
export type { ForwardOptions, PhpOptions, UpstreamOptions } from './options.ts';

// Upstreams
export { parseUpstream, type UpstreamAddress, type UpstreamProtocol } from './upstream-address.ts';
export type { UpstreamCounters, UpstreamEvent, UpstreamEventType } from './events.ts';

// Errors
export {
  GATEWAY_ERRORS,
  GatewayError,
  type GatewayErrorCode,
  type GatewayErrorRecord,
} from './errors.ts';
