import type { Readable } from 'node:stream';
import type { ServerSettings } from '../options.ts';

/**
 * Reads on what nobody wants of a body and throws it away, until it ends, or `drainLimit` octets have
 * come, or `drainTimeout` is over; then calls back, once.
 */
export function drainBody(body: Readable, settings: ServerSettings, then: () => void): void {
  let left = settings.drainLimit;
  let done = false;
  const finish = (): void => {
    if (!done) {
      done = true;
      clearTimeout(timer);
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
  body.resume();
}
