import type { Socket } from 'node:net';
import type { Connection } from '@tsgi/core';
import type { ServerSettings } from '../options.ts';

/** What is known of a connection from its socket: the last hop. */
export function describeConnection(socket: Socket, settings: ServerSettings): Connection {
  const local = plainAddress(socket.localAddress);
  const wildcard = settings.host === '0.0.0.0' || settings.host === '::';
  return {
    scheme: 'http',
    serverName: wildcard && local !== undefined ? local : settings.host,
    serverPort: String(socket.localPort ?? settings.port),
    remoteAddress: plainAddress(socket.remoteAddress),
    remotePort: socket.remotePort === undefined ? undefined : String(socket.remotePort),
  };
}

// An IPv4 client of a socket that listens on IPv6 is shown as one of IPv4.
function plainAddress(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:(?=\d+\.)/, '');
}
