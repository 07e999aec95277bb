import type { ServerOptions as HttpOptions } from 'node:http';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ServerSettings } from '../options.ts';

/** Who is told of the connections of a server. */
export interface ConnectionListeners {
  /** A connection was accepted whose TLS handshake is still to come. */
  readonly onHandshake: (socket: Socket) => void;
  /** A connection speaks HTTP/1, from here on with node:http. */
  readonly onHttp1: (socket: Socket) => void;
  /** A connection speaks HTTP/2. */
  readonly onHttp2: (socket: TLSSocket) => void;
}

/** The server of node that listens, with TLS where options for it are given. */
export function createNodeServer(
  http: HttpOptions,
  settings: ServerSettings,
  listeners: ConnectionListeners,
): HttpServer | HttpsServer {
  if (settings.tls === undefined) {
    const server = createHttpServer(http);
    server.prependListener('connection', listeners.onHttp1);
    return server;
  }
  const { http2 = true, ...options } = settings.tls;
  const server = createHttpsServer({
    ...http,
    ...options,
    ALPNProtocols: http2 ? ['h2', 'http/1.1'] : ['http/1.1'],
    handshakeTimeout: settings.headersTimeout,
  });
  const startHttp1 = server.listeners('secureConnection');
  server.removeAllListeners('secureConnection');
  server.prependListener('connection', listeners.onHandshake);
  server.on('secureConnection', (socket) => {
    if (socket.alpnProtocol === 'h2') {
      listeners.onHttp2(socket);
      return;
    }
    listeners.onHttp1(socket);
    for (const listener of startHttp1) {
      listener.call(server, socket);
    }
  });
  // a handshake that fails is the client's affair
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}
