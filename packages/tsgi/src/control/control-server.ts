import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { listenError } from '../arbiter/listen-error.ts';
import { removeStaleSocket } from '../arbiter/stale-socket.ts';
import { answerLine } from './protocol.ts';
import type { Service } from './service.ts';

/** Octets of a command line; a longer one is no command. */
const LONGEST_LINE = 4096;
const OWNER_ONLY = 0o177;

/**
 * Listens for commands on a Unix socket that its owner alone can use. Rejects with a CommandError
 * where it cannot. The file goes when the server closes.
 */
export async function openControlServer(path: string, service: Service): Promise<Server> {
  const server = createServer((socket) => serveClient(socket, service));
  // the socket exists from this call on: its mode has to be right from its first moment
  let umask: number | undefined;
  try {
    await removeStaleSocket(path);
    umask = process.umask(OWNER_ONLY);
    server.listen({ path });
    process.umask(umask);
    await once(server, 'listening');
  } catch (error) {
    throw listenError({ path }, error);
  }
  server.unref();
  return server;
}

function serveClient(socket: Socket, service: Service): void {
  let text = '';
  let answered: Promise<unknown> = Promise.resolve();
  // a client that leaves early misses its answer, nothing else
  socket.on('error', () => {});
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      answered = answered
        .then(() => answerLine(line, service))
        .then((answer) => socket.write(`${JSON.stringify(answer)}\n`));
    }
    if (text.length > LONGEST_LINE) {
      socket.destroy();
    }
  });
}
