import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ByteSource, ownedSource } from '@tsgi/core';

/** A request body as it arrives: in memory up to a threshold, then in an unlinked temporary file. */
export class Spool {
  readonly #memoryLimit: number;
  #chunks: Uint8Array[] = [];
  #length = 0;
  #file: number | undefined;

  /** @param memoryLimit the threshold in octets */
  constructor(memoryLimit: number) {
    this.#memoryLimit = memoryLimit;
  }

  /** Octets held. */
  get length(): number {
    return this.#length;
  }

  /** Takes what arrived. Throws what the file system throws, such as ENOSPC. */
  write(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    if (this.#file === undefined && this.#length + chunk.byteLength > this.#memoryLimit) {
      this.#file = openUnlinked();
    }
    if (this.#file !== undefined) {
      this.#flush(this.#file);
    }
    this.#length += chunk.byteLength;
  }

  #flush(file: number): void {
    const chunks = this.#chunks;
    this.#chunks = [];
    for (const chunk of chunks) {
      for (let written = 0; written < chunk.byteLength; ) {
        written += writeSync(file, chunk, written);
      }
    }
  }

  /** The body, once it is whole. */
  source(): ByteSource {
    const file = this.#file;
    if (file === undefined) {
      return ownedSource(this.#chunks);
    }
    return { length: this.#length, readAt: (position, size) => readRange(file, position, size) };
  }

  /** Gives up memory and file; safe to call again. */
  dispose(): void {
    this.#chunks = [];
    if (this.#file !== undefined) {
      closeSync(this.#file);
      this.#file = undefined;
    }
  }
}

function openUnlinked(): number {
  const path = join(tmpdir(), `tsgi-body-${randomBytes(12).toString('hex')}`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return file;
}

function readRange(file: number, position: number, size: number): Uint8Array {
  const target = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const count = readSync(file, target, filled, size - filled, position + filled);
    if (count === 0) {
      throw new Error(`the spooled body ends after ${position + filled} octets`);
    }
    filled += count;
  }
  return target;
}
