import { Duplex } from 'node:stream';

/** A connection without a system beneath: what is written counts as sent at once. */
export class FakeSocket extends Duplex {
  readonly localAddress: string = '127.0.0.1';
  readonly localPort: number = 8000;
  readonly remoteAddress: string = '127.0.0.1';
  readonly remotePort: number = 40_000;
  #written = 0;

  /** Octets that the server has written. */
  get written(): number {
    return this.#written;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#written += chunk.byteLength;
    done();
  }

  override _writev(chunks: ReadonlyArray<{ readonly chunk: Buffer }>, done: () => void): void {
    for (const { chunk } of chunks) {
      this.#written += chunk.byteLength;
    }
    done();
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  destroySoon(): void {
    this.end();
  }

  resetAndDestroy(): this {
    return this.destroy();
  }
}
