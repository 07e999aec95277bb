import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { FrontOutput } from './front-sink.ts';

const NOTHING = new Uint8Array(0);

/** A response that is all that is written on its connection. */
export class SocketOutput implements FrontOutput {
  readonly outlet: Socket;

  constructor(socket: Socket) {
    this.outlet = socket;
  }

  write(octets: readonly Uint8Array[], flushed: () => void): void {
    writeTogether(this.outlet, octets, flushed);
  }

  whenFlushed(flushed: () => void): void {
    this.outlet.write(NOTHING, flushed);
  }

  end(flushed: () => void): void {
    this.outlet.end(flushed);
  }

  abort(): void {
    cutOff(this.outlet);
  }
}

/** Writes octets in one call of the system; `flushed` is called when they are with it. */
export function writeTogether(
  socket: Writable,
  octets: readonly Uint8Array[],
  flushed: () => void,
): void {
  socket.cork();
  for (const [at, part] of octets.entries()) {
    socket.write(part, at === octets.length - 1 ? flushed : undefined);
  }
  socket.uncork();
}

/**
 * Ends a connection so that what came on it does not look whole: an orderly close would. There is no
 * such end on a Unix socket.
 */
export function cutOff(socket: Socket): void {
  if (socket.remoteAddress === undefined) {
    socket.destroy();
  } else {
    socket.resetAndDestroy();
  }
}
