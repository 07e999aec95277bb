import type { Socket } from 'node:net';

/**
 * What an accepted connection and the secured one on it have in common, since node:tls does not say
 * which stands on which: both their ends, or for a Unix socket, which has none, the accepted one.
 * Undefined where a secured one does not tell.
 */
export function connectionKey(socket: Socket): string | Socket | undefined {
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  if (remotePort !== undefined) {
    return [localAddress, localPort, remoteAddress, remotePort].join(' ');
  }
  return 'encrypted' in socket ? carrierOf(socket) : socket;
}

// what node:tls keeps for itself
function carrierOf(secured: Socket): Socket | undefined {
  const { _parent: carrier } = secured as { _parent?: Socket };
  return carrier;
}
