import { Socket } from 'node:net';

/** Octets of one read at most: twice what node:net reads, so that a body of 64 KiB comes whole. */
const READ_SIZE = 131_072;

/** Where the octets of one socket go. */
export interface Receiver {
  /** Octets that are the receiver's from now on. */
  take(octets: Buffer): void;
  /** The first `count` octets of memory that is written over when this has returned. */
  lend(octets: Buffer, count: number): void;
}

/** What node:net keeps in a socket that was made with the option `onread`. */
interface ReadSlots {
  readonly buffer: symbol;
  readonly callback: symbol;
}

/** The part of a handle that is used here. */
interface StreamHandle {
  useUserBuffer?(buffer: Uint8Array): void;
}

const SLOTS = findSlots();

function findSlots(): ReadSlots | undefined {
  const symbols = Object.getOwnPropertySymbols(new Socket());
  const buffer = symbols.find(({ description }) => description === 'kBuffer');
  const callback = symbols.find(({ description }) => description === 'kBufferCb');
  return buffer === undefined || callback === undefined ? undefined : { buffer, callback };
}

// All sockets read into it: each read is dealt with before the next one.
let shared: Buffer | undefined;

/**
 * Reads a socket that a server has accepted. A client's socket can be told to read into one buffer
 * (`onread`); for a server's there is no such option, though what it sets is there. Without it, on
 * another runtime, the octets come as `data`, each time in 64 KiB that are claimed and given back.
 */
export function receiveFrom(socket: Socket, receiver: Receiver): void {
  const { _handle: handle } = socket as { _handle?: StreamHandle | null };
  // what was given back to the socket, as behind a PROXY header, comes as events only
  const givenBack = socket.readableLength > 0;
  if (SLOTS === undefined || givenBack || typeof handle?.useUserBuffer !== 'function') {
    socket.on('data', (octets: Buffer) => receiver.take(octets));
    return;
  }
  const buffer = (shared ??= Buffer.allocUnsafeSlow(READ_SIZE));
  const received = (count: number): true => {
    receiver.lend(buffer, count);
    return true;
  };
  const slots = socket as unknown as Record<symbol, unknown>;
  slots[SLOTS.buffer] = buffer;
  slots[SLOTS.callback] = received;
  handle.useUserBuffer(buffer);
}
