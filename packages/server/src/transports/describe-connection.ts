import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Connection } from '@tsgi/core';
import { describeTls } from './describe-tls.ts';
import { proxiedPeer } from './proxy-preamble.ts';

/** What the operator says of one listening side. */
export interface Listener {
  readonly scheme: 'http' | 'https';
  /** The host it was told to listen on; undefined for a Unix socket or an inherited descriptor. */
  readonly host: string | undefined;
}

/** What is known of a connection from its socket: the last hop. */
export function describeConnection(socket: Socket, listener: Listener): Connection {
  const { scheme, host } = listener;
  const local = plainAddress(socket.localAddress);
  const wildcard = host === undefined || host === '0.0.0.0' || host === '::';
  const proxied = proxiedPeer(socket);
  const peer = proxied ?? { address: socket.remoteAddress, port: socket.remotePort?.toString() };
  const port = socket.localPort ?? (scheme === 'https' ? 443 : 80);
  return {
    scheme,
    serverName: wildcard ? (local ?? 'localhost') : host,
    serverPort: String(port),
    remoteAddress: plainAddress(peer.address),
    remotePort: peer.port,
    tls: socket instanceof TLSSocket ? describeTls(socket) : undefined,
  };
}

// An IPv4 client of a socket that listens on IPv6 is shown as one of IPv4.
function plainAddress(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:(?=\d+\.)/, '');
}
