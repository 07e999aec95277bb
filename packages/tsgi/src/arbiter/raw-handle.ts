import type { Server } from 'node:net';

/** A connection or a listening socket as the runtime has it: what node:cluster passes around. */
export interface RawHandle {
  close(callback?: () => void): void;
}

/** A listening socket whose connections nobody has made into sockets yet. */
export interface ListeningHandle extends RawHandle {
  /** The file descriptor; -1 where the system has none. */
  readonly fd: number;
  onconnection: (error: number, handle: RawHandle | undefined) => void;
}

/** Where node:net keeps the handle of a server. */
const HANDLE = '_handle';

/**
 * Takes the listening socket out of a server that listens, as node:cluster does for its own
 * round-robin: what is accepted is handed on without becoming a socket here.
 */
export function takeListeningHandle(server: Server): ListeningHandle {
  return (server as unknown as Record<typeof HANDLE, ListeningHandle>)[HANDLE];
}
