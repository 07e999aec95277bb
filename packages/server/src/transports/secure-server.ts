import type { ServerOptions as HttpOptions } from 'node:http';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { TlsOptions } from '../tls.ts';

/** The server of node that listens, with TLS where options for it are given. */
export function createNodeServer(
  http: HttpOptions,
  tls: TlsOptions | undefined,
  onHttp2: (socket: TLSSocket) => void,
): HttpServer | HttpsServer {
  if (tls === undefined) {
    return createHttpServer(http);
  }
  const { http2 = true, ...options } = tls;
  const ALPNProtocols = http2 ? ['h2', 'http/1.1'] : ['http/1.1'];
  const server = createHttpsServer({ ...http, ...options, ALPNProtocols });
  const http1 = server.listeners('secureConnection');
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket) => {
    if (socket.alpnProtocol === 'h2') {
      onHttp2(socket);
      return;
    }
    for (const listener of http1) {
      listener.call(server, socket);
    }
  });
  return server;
}
