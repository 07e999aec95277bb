import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import type { Header } from '@tsgi/types';

/** An error whose code is one of the specification, or the status line of a refusal. */
export const fault = (code: string, got: unknown): Error =>
  Object.assign(new Error(`${code}: got ${inspect(got, { depth: 1 })}`), { code });

/** Throws a fault unless a condition holds. */
export function demand(condition: unknown, code: string, got: unknown): asserts condition {
  if (!condition) throw fault(code, got);
}

/** The octets of one connection, and what is known of the exchange in progress on it. */
export class Connection {
  readonly socket: Socket;
  readonly #arriving: AsyncIterator<string>;
  #held = '';
  #written: Promise<void> = Promise.resolve();
  /** Whether the request is a HEAD, so that no answer to it has content (FRAME-HEAD). */
  head = false;
  /** Whether the response may be chunked, which HTTP/1.0 does not know (FRAME-HTTP10). */
  chunks = false;
  /** Whether the connection stays open after the response. */
  keep = false;
  /** Takes what an operator should know of the request. */
  log: (error: unknown) => void = () => {};

  /** Takes a socket of a server with `allowHalfOpen`: who has sent all can still read. */
  constructor(socket: Socket) {
    this.socket = socket.setNoDelay(true).setEncoding('latin1'); // one code unit is one octet
    this.#arriving = socket.iterator({ destroyOnReturn: false });
    // An error shows at the next read or write. CONN-TIMEOUT: nothing has moved for a minute.
    socket.on('error', () => {}).setTimeout(60_000, () => socket.destroy());
  }

  /** The next line without its CRLF; refused with `status` above `limit` octets. */
  async line(limit: number, status: string): Promise<string> {
    while (!this.#held.includes('\n') && this.#held.length <= limit) await this.#more();
    const end = this.#held.indexOf('\n');
    // The verdict depends on the octets, not on how many of them came at once: HTTP-SPLIT.
    demand(end !== -1 && end <= limit, status, 'a line that is too long');
    const line = await this.take(end + 1);
    demand(line.endsWith('\r\n'), '400 Bad Request', line); // REQ-SYNTAX
    return line.slice(0, -2);
  }

  /** The next `size` octets. */
  async take(size: number): Promise<string> {
    while (this.#held.length < size) await this.#more();
    const octets = this.#held.slice(0, size);
    this.#held = this.#held.slice(size);
    return octets;
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#arriving.next();
    demand(!done, 'ERR_TSGI_ABORTED', 'the end of the connection');
    this.#held += value;
  }

  /** Hands octets to the kernel, at once where none are queued (BODY-NODELAY). */
  write(octets: Uint8Array | string): void {
    this.#written = new Promise((resolve) => this.socket.write(octets, 'latin1', () => resolve()));
  }

  /** Waits until nothing is queued; throws where the client is or goes away. */
  async flushed(): Promise<void> {
    await this.#written;
    demand(!this.socket.destroyed, 'ERR_TSGI_ABORTED', 'a disconnect');
  }

  /** Writes a head, with the fields that are the server's own. */
  writeHead(status: string, headers: readonly Header[]): void {
    const fields = [...headers, ['Connection', this.keep ? 'keep-alive' : 'close']];
    if (!headers.some(([name]) => name.toLowerCase() === 'date'))
      fields.push(['Date', new Date().toUTCString()]);
    const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    this.write(`HTTP/1.1 ${status}\r\n${lines}\r\n`);
  }

  /** Writes a complete response of the server's own; returns the octets of its content. */
  answer(status: string): number {
    const length: Header = ['Content-Length', String(status.length + 1)];
    this.writeHead(status, [['Content-Type', 'text/plain'], length]);
    if (!this.head) this.write(`${status}\n`);
    return this.head ? 0 : status.length + 1;
  }

  /** Closes, and drops what still comes for a second, lest a reset overtake the response. */
  async close(): Promise<void> {
    await this.flushed();
    this.socket.end();
    setTimeout(() => this.socket.destroy(), 1000).unref();
    while (!(await this.#arriving.next()).done) this.#held = '';
  }
}
