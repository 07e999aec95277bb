import { once } from 'node:events';
import { connect } from 'node:net';

/** What came back on a connection: octets as latin-1. */
export interface Received {
  readonly text: string;
}

/** Sends segments one by one, ends its own direction, and reads to the end of the connection. */
export async function converse(url: string, ...segments: readonly string[]): Promise<Received> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setNoDelay(true).setEncoding('latin1');
  let text = '';
  socket.on('data', (data: string) => {
    text += data;
  });
  socket.on('error', () => {}); // 'close' follows, with what had come until then
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  for (const segment of segments)
    await new Promise<void>((resolve) => {
      socket.write(segment, 'latin1', () => resolve());
    });
  socket.end();
  await closed;
  return { text };
}
