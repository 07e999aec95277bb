import type { Socket } from 'node:net';

/** Octets received and not read at which the socket is told to hold. */
const HIGH_WATER = 65_536;
const END = new Uint8Array(0);

interface Waiter<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** A connection to an upstream: read and written by one request at a time, with back-pressure. */
export class Wire {
  readonly #socket: Socket;
  readonly #isTcp: boolean;
  readonly #received: Uint8Array[] = [];
  #queued = 0;
  #ended = false;
  #error: unknown;
  #reader: Waiter<Uint8Array> | undefined;
  #writer: Waiter<void> | undefined;
  #whileAsleep: (() => void) | undefined;
  #sleepTimer: NodeJS.Timeout | undefined;

  /** Takes a socket that is connected, over TCP or over a Unix socket. */
  constructor(socket: Socket, isTcp: boolean) {
    this.#socket = socket;
    this.#isTcp = isTcp;
    socket.on('data', (octets: Buffer) => this.#take(octets));
    socket.on('end', () => this.#checkEnd());
    socket.on('drain', () => this.#drained());
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  /** Whether nothing came that was not read, and it is open in both directions. */
  get isClean(): boolean {
    return this.#queued === 0 && !this.#ended && this.#error === undefined;
  }

  /** Whether nothing more can be sent, though something received may still be there. */
  get isLost(): boolean {
    return this.#error !== undefined;
  }

  #take(octets: Uint8Array): void {
    if (this.#whileAsleep !== undefined) {
      this.#whileAsleep();
      return;
    }
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#reader = undefined;
      reader.resolve(octets);
      return;
    }
    this.#received.push(octets);
    this.#queued += octets.length;
    if (this.#queued >= HIGH_WATER) {
      this.#socket.pause();
    }
  }

  // A reset that comes together with the last octets is reported as an orderly end (libuv takes a
  // hang-up after a short read for one). On TCP a write of nothing tells: it fails after a reset only.
  #checkEnd(): void {
    if (!this.#isTcp || this.#whileAsleep !== undefined || this.#socket.writableLength > 0) {
      this.#end();
      return;
    }
    this.#socket.write(END, (error) => {
      if (error === undefined || error === null) {
        this.#end();
      } else {
        this.#fail(error);
      }
    });
  }

  #end(): void {
    this.#ended = true;
    this.#whileAsleep?.();
    this.#reader?.resolve(END);
    this.#reader = undefined;
  }

  #drained(): void {
    this.#writer?.resolve();
    this.#writer = undefined;
  }

  #fail(error: unknown): void {
    this.#error ??= error;
    this.#whileAsleep?.();
    this.#reader?.reject(this.#error);
    this.#writer?.reject(this.#error);
    this.#reader = undefined;
    this.#writer = undefined;
  }

  /** What was received next; empty at the end. Rejects where the connection was lost. */
  read(): Promise<Uint8Array> {
    const octets = this.#received.shift();
    if (octets !== undefined) {
      this.#queued -= octets.length;
      if (this.#queued < HIGH_WATER / 2 && this.#socket.isPaused()) {
        this.#socket.resume();
      }
      return Promise.resolve(octets);
    }
    if (this.#ended) {
      return Promise.resolve(END);
    }
    if (this.#error !== undefined) {
      return Promise.reject(this.#error);
    }
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  /** Sends octets; settles once more of them can be taken. Rejects where the connection was lost. */
  write(parts: readonly Uint8Array[]): Promise<void> {
    if (this.#error !== undefined) {
      return Promise.reject(this.#error);
    }
    this.#socket.cork();
    for (const part of parts) {
      this.#socket.write(part);
    }
    this.#socket.uncork();
    if (!this.#socket.writableNeedDrain) {
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      this.#writer = { resolve, reject };
    });
  }

  /** Ends what waits here with an error, and closes the connection. */
  fail(error: unknown): void {
    this.#received.length = 0;
    this.#queued = 0;
    this.#fail(error);
    this.#socket.destroy();
  }

  /** Closes the connection at once. */
  destroy(): void {
    clearTimeout(this.#sleepTimer);
    this.#whileAsleep = undefined;
    this.#socket.destroy();
  }

  /** Sends last words, and closes the connection when they have gone, or after a second. */
  destroyAfter(parts: readonly Uint8Array[]): void {
    if (this.#error !== undefined || parts.length === 0) {
      this.destroy();
      return;
    }
    for (const part of parts) {
      this.#socket.write(part);
    }
    const timer = setTimeout(() => this.#socket.destroy(), 1000).unref();
    this.#socket.end(() => {
      clearTimeout(timer);
      this.#socket.destroy();
    });
  }

  /** Waits for the next request; what comes, or so many milliseconds of nothing, calls `onEnd`. */
  sleep(timeout: number, onEnd: () => void): void {
    this.#whileAsleep = onEnd;
    this.#sleepTimer = setTimeout(onEnd, timeout).unref();
    this.#socket.unref();
    this.#socket.resume();
  }

  /** Ends the waiting. */
  wake(): void {
    clearTimeout(this.#sleepTimer);
    this.#whileAsleep = undefined;
    this.#socket.ref();
  }
}
