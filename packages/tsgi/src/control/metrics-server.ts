import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { BindAddress } from '../settings/kinds/kind.ts';
import { CommandError, EXIT } from '../cli/command-error.ts';
import { listenError } from '../arbiter/listen-error.ts';
import { removeStaleSocket } from '../arbiter/stale-socket.ts';
import { METRICS_TYPE } from './metric-text.ts';

/**
 * Answers `GET /metrics` at an address of its own, in the process of the command: also while every
 * worker is stuck. Rejects with a CommandError where it cannot listen.
 */
export async function openMetricsServer(
  address: BindAddress,
  metrics: () => string,
): Promise<Server> {
  if (address === 'systemd') {
    throw new CommandError(EXIT.usage, '--metrics-bind takes no sockets of systemd; got "systemd"');
  }
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path !== '/metrics') {
      response.writeHead(404).end();
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    } else {
      const text = Buffer.from(metrics());
      response.writeHead(200, {
        'Content-Type': METRICS_TYPE,
        'Content-Length': text.byteLength,
      });
      response.end(text);
    }
    request.resume();
  });
  try {
    if ('path' in address) {
      await removeStaleSocket(address.path);
    }
    server.listen(address);
    await once(server, 'listening');
  } catch (error) {
    throw listenError(address, error);
  }
  return server;
}
