import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Body, Environ } from '@tsgi/types';
import type { ByteRange } from './byte-ranges.ts';

const CHUNK_SIZE = 65_536;

/** A regular file that is open for reading, with what it was when it was opened. */
export class OpenFile {
  readonly path: string;
  /** Octets. */
  readonly size: number;
  /** Seconds since the epoch. */
  readonly lastModified: number;
  readonly etag: string;
  readonly #fd: number;
  #isOpen = true;

  private constructor(path: string, fd: number, stat: { size: number; mtimeMs: number }) {
    this.path = path;
    this.#fd = fd;
    this.size = stat.size;
    this.lastModified = Math.floor(stat.mtimeMs / 1000);
    this.etag = `"${stat.size.toString(16)}-${Math.floor(stat.mtimeMs * 1000).toString(16)}"`;
  }

  /** Opens a regular file; `undefined` where there is none that can be read. */
  static open(path: string): OpenFile | undefined {
    let fd: number;
    try {
      // a pipe must not make the process wait for its writer
      fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    } catch {
      return undefined;
    }
    const stat = fstatSync(fd);
    if (!stat.isFile()) {
      closeSync(fd);
      return undefined;
    }
    return new OpenFile(path, fd, stat);
  }

  /** A body of a range, which closes the file; through `tsgi.file_wrapper` where there is one. */
  body({ start, end }: ByteRange, environ: Environ): Body {
    const wrapper = environ['tsgi.file_wrapper'];
    if (wrapper === undefined) {
      return { [Symbol.iterator]: () => this.chunks({ start, end }), close: () => this.close() };
    }
    const wrapped = wrapper(this.#fd, { offset: start, length: end - start });
    const region = wrapped['tsgi.file'];
    return {
      [Symbol.iterator]: () => wrapped[Symbol.iterator](),
      // the wrapper knows the descriptor alone
      'tsgi.file': region === undefined ? undefined : { ...region, path: this.path },
      close: () => {
        try {
          wrapped.close?.();
        } finally {
          this.close();
        }
      },
    };
  }

  /**
   * The octets of a range. Throws where the file has become shorter.
   * @yields chunks of at most 64 KiB
   */
  *chunks({ start, end }: ByteRange): Generator<Uint8Array, void, undefined> {
    for (let position = start; position < end; ) {
      const chunk = new Uint8Array(Math.min(CHUNK_SIZE, end - position));
      const count = readSync(this.#fd, chunk, 0, chunk.byteLength, position);
      if (count === 0) {
        throw new Error(`${this.path} has become shorter: it ends after ${position} octets`);
      }
      position += count;
      yield chunk.subarray(0, count);
    }
  }

  /** Closes it; safe to call again. */
  close(): void {
    if (this.#isOpen) {
      this.#isOpen = false;
      closeSync(this.#fd);
    }
  }
}
