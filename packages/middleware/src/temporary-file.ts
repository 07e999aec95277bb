import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary file that nobody else can open, and that is gone when it is closed. */
export class TemporaryFile {
  readonly #fd: number;
  readonly #path: string;
  #linked = true;
  #open = true;
  #size = 0;

  /** Creates it. Throws what the file system throws. */
  constructor(folder: string = tmpdir()) {
    this.#path = join(folder, `tsgi-${randomBytes(12).toString('hex')}`);
    this.#fd = openSync(this.#path, 'wx+', 0o600);
    this.#unlink();
  }

  /** Octets written. */
  get size(): number {
    return this.#size;
  }

  /** The descriptor, for reading; the file keeps owning it. */
  get fd(): number {
    return this.#fd;
  }

  /** Appends octets. Throws what the file system throws, such as ENOSPC. */
  write(octets: Uint8Array): void {
    for (let written = 0; written < octets.byteLength; ) {
      written += writeSync(
        this.#fd,
        octets,
        written,
        octets.byteLength - written,
        this.#size + written,
      );
    }
    this.#size += octets.byteLength;
  }

  /** Up to `size` octets from `position`; fewer only at the end. */
  read(position: number, size: number): Uint8Array {
    const octets = new Uint8Array(Math.max(0, Math.min(size, this.#size - position)));
    this.readInto(octets, position);
    return octets;
  }

  /** Fills an array with the octets from `position`; says how many there were. */
  readInto(octets: Uint8Array, position: number): number {
    const wanted = Math.max(0, Math.min(octets.byteLength, this.#size - position));
    for (let filled = 0; filled < wanted; ) {
      const count = readSync(this.#fd, octets, filled, wanted - filled, position + filled);
      if (count === 0) {
        throw new Error(`the temporary file ends after ${position + filled} octets`);
      }
      filled += count;
    }
    return wanted;
  }

  /** Gives the file up; safe to call again. */
  close(): void {
    if (this.#open) {
      this.#open = false;
      closeSync(this.#fd);
      this.#unlink();
    }
  }

  // Where an open file cannot be unlinked (Windows), that is done when it is closed.
  #unlink(): void {
    if (this.#linked) {
      try {
        rmSync(this.#path, { force: true });
        this.#linked = false;
      } catch {
        this.#linked = this.#open;
      }
    }
  }
}
