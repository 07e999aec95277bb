import type { IncomingMessage } from 'node:http';
import type { ServerSettings } from '../options.ts';

/**
 * Reads on what nobody wants of a body and throws it away, until it ends, or `drainLimit` octets have
 * come, or `drainTimeout` is over, or the connection is; then calls back, once.
 * What it gives ends it at once.
 */
export function drainBody(
  body: IncomingMessage,
  settings: ServerSettings,
  then: () => void,
): () => void {
  const { socket } = body;
  let left = settings.drainLimit;
  let done = false;
  const finish = (): void => {
    if (!done) {
      done = true;
      clearTimeout(timer);
      socket.removeListener('close', finish);
      then();
    }
  };
  const timer = setTimeout(finish, settings.drainTimeout);
  body.on('data', (chunk: Uint8Array) => {
    left -= chunk.byteLength;
    if (left < 0) {
      finish();
    }
  });
  body.once('end', finish);
  body.once('close', finish);
  // node:http no longer tells a request that is answered
  socket.once('close', finish);
  body.resume();
  return finish;
}
