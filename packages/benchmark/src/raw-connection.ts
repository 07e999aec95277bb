import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A client connection for the loads that no load generator makes: it counts octets. */
export class RawConnection {
  readonly #socket: Socket;
  #received = 0;
  #awaited = Number.POSITIVE_INFINITY;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  /** Connects to a port of 127.0.0.1. */
  static async open(port: number): Promise<RawConnection> {
    const connection = await RawConnection.openStalled(port);
    connection.#socket.on('data', (chunk: Buffer) => connection.#receive(chunk.byteLength));
    return connection;
  }

  /** The same, but what comes is never read. */
  static async openStalled(port: number): Promise<RawConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** False from the moment when the server has closed it. */
  get open(): boolean {
    return this.#failure === undefined;
  }

  /** Octets that came and that `receive` has not taken. */
  get received(): number {
    return this.#received;
  }

  #receive(octets: number): void {
    this.#received += octets;
    if (this.#received >= this.#awaited) {
      this.#wake?.();
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  /** Sends; resolves when the system has taken the octets, or the connection is gone. */
  write(octets: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.write(octets, () => resolve());
    });
  }

  /** Takes this many octets when they have come; rejects where the connection ends before. */
  async receive(octets: number): Promise<void> {
    await this.#until(octets);
    if (this.#received < octets) {
      throw this.#failure ?? new Error('the wait was given up');
    }
    this.#received -= octets;
  }

  /** Resolves when the server has closed the connection. */
  ended(): Promise<void> {
    return this.#until(Number.POSITIVE_INFINITY);
  }

  #until(octets: number): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited = octets;
      this.#wake = resolve;
      if (this.#received >= octets || !this.open) {
        resolve();
      }
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
