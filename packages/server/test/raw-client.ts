import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Where to connect to for the url of a server. */
function endOf(url: string): { host: string; port: number } | { path: string } {
  if (url.startsWith('unix:')) {
    return { path: url.slice('unix:'.length) };
  }
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

/** A socket that shows what the server wrote, octet for octet. */
export class RawClient {
  readonly socket: Socket;
  #received = '';
  #wake: (() => void) | undefined;
  #ended: 'fin' | 'reset' | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1');
      this.#wake?.();
    });
    socket.on('end', () => this.#end('fin'));
    socket.on('error', () => this.#end('reset'));
    socket.on('close', () => this.#end('fin'));
  }

  static async open(url: string): Promise<RawClient> {
    const socket = connect({ ...endOf(url), allowHalfOpen: true });
    socket.setNoDelay(true);
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  #end(how: 'fin' | 'reset'): void {
    this.#ended ??= how;
    this.#wake?.();
  }

  get received(): string {
    return this.#received;
  }

  /** Forgets what came so far. */
  clear(): void {
    this.#received = '';
  }

  send(...parts: string[]): void {
    for (const part of parts) {
      this.socket.write(part, 'latin1');
    }
  }

  /** Resolves with all that came, once the text has; rejects when the connection ends before. */
  async until(text: string, count = 1): Promise<string> {
    while (this.#received.split(text).length <= count) {
      if (this.#ended !== undefined) {
        throw new Error(`ended without ${JSON.stringify(text)}: ${JSON.stringify(this.#received)}`);
      }
      await this.#change();
    }
    return this.#received;
  }

  /** How the server ended the connection. */
  async end(): Promise<'fin' | 'reset'> {
    while (this.#ended === undefined) {
      await this.#change();
    }
    this.socket.destroy();
    return this.#ended;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  close(): void {
    this.socket.destroy();
  }
}
