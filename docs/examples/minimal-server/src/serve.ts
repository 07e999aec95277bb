import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import type { Application } from '@tsgi/types';
import { Connection } from './connection.ts';
import { canonicalPath, readRequest } from './request.ts';
import { respond } from './response.ts';

/** Where to serve an application. */
export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  /** The path under which the application is mounted. */
  readonly scriptName?: string;
  /** Takes what an operator should know of a request; must not throw. */
  readonly onError?: (error: unknown, request: string) => void;
}

const report = (error: unknown, request: string): boolean =>
  process.stderr.write(`tsgi: ${request}: ${inspect(error)}\n`);

/** Serves an application; rejects where it cannot listen. `close` cuts responses in progress. */
export async function serve(
  application: Application,
  options: ServeOptions,
): Promise<{ url: string; close(): Promise<void> }> {
  const { host, port, scriptName = '', onError = report } = options;
  if (scriptName !== '' && (scriptName.endsWith('/') || canonicalPath(scriptName) !== scriptName))
    throw new TypeError(`a mount is a canonical path that does not end in "/"; got ${scriptName}`);

  const converse = async (connection: Connection): Promise<void> => {
    do {
      const environ = await readRequest(connection, scriptName);
      const request = `${environ.REQUEST_METHOD} ${environ.PATH_INFO}`;
      connection.log = (error) => onError(error, request);
      await respond(connection, application, environ);
      await connection.flushed();
    } while (connection.keep);
  };

  const conversations = new Map<Socket, Promise<unknown>>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const connection = new Connection(socket);
    const conversation = converse(connection)
      .catch(({ code }) => /^\d/.test(code) && connection.answer(code)) // a refusal
      .then(() => connection.close())
      .catch(() => socket.destroy())
      .finally(() => conversations.delete(socket));
    conversations.set(socket, conversation);
  });
  await once(server.listen(port, host), 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    async close() {
      const closed = once(server.close(), 'close');
      for (const socket of conversations.keys()) socket.destroy();
      await Promise.all([closed, ...conversations.values()]);
    },
  };
}
