// The kit's own server: small, correct, and made of seams, so that a mutant can replace one of them.
import { createServer } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { serveConnection } from './connection.mjs';
import { referenceSeams } from './seams.mjs';

/** Starts a server; `seams` holds replacements for entries of the table in seams.mjs. */
export async function startSeamServer(application, options, seams = {}) {
  const server = {
    application,
    options,
    seams: { ...referenceSeams, ...seams },
    sockets: new Set(),
    busy: new Set(),
    served: new Set(),
    closing: false,
    state: undefined,
  };
  const accept = (socket) => {
    server.sockets.add(socket);
    socket.on('close', () => server.sockets.delete(socket));
    const served = serveConnection(socket, server).finally(() => server.served.delete(served));
    server.served.add(served);
  };
  const { tls, host } = options;
  const listener =
    tls === undefined
      ? createServer({ allowHalfOpen: true, noDelay: true }, accept)
      : createSecureServer({ ...tls, ALPNProtocols: ['http/1.1'], allowHalfOpen: true }, accept);
  await server.seams.open(listener, server);
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}:${listener.address().port}`,
    close: async () => server.seams.close(listener, server),
  };
}
