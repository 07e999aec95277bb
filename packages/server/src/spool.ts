import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ByteSource, ownedSource } from '@tsgi/core';

/** Chunks up to this many octets are copied together: an array of its own costs about as much. */
const SMALL = 256;
/** Octets of the memory that they are copied to. */
const BLOCK = 4096;

/** A request body as it arrives: in memory up to a threshold, then in an unlinked temporary file. */
export class Spool {
  readonly #memoryLimit: number;
  #chunks: Uint8Array[] = [];
  /** Where small chunks are copied to, and how much of it is used. */
  #block: Uint8Array | undefined;
  #used = 0;
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
    this.#add(chunk);
    if (this.#file === undefined && this.#length + chunk.byteLength > this.#memoryLimit) {
      this.#file = openUnlinked();
    }
    if (this.#file !== undefined) {
      this.#flush(this.#file);
    }
    this.#length += chunk.byteLength;
  }

  // A body that comes in a million pieces is not to cost a million arrays.
  #add(chunk: Uint8Array): void {
    if (chunk.byteLength > SMALL || (this.#chunks.length === 0 && this.#block === undefined)) {
      this.#seal();
      this.#chunks.push(chunk);
      return;
    }
    if (this.#used + chunk.byteLength > BLOCK) {
      this.#seal();
    }
    this.#block ??= new Uint8Array(BLOCK);
    this.#block.set(chunk, this.#used);
    this.#used += chunk.byteLength;
  }

  #seal(): void {
    if (this.#block !== undefined) {
      this.#chunks.push(this.#block.slice(0, this.#used));
      this.#block = undefined;
      this.#used = 0;
    }
  }

  #takeChunks(): Uint8Array[] {
    this.#seal();
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  #flush(file: number): void {
    const chunks = this.#takeChunks();
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
      this.#seal();
      return ownedSource(this.#chunks);
    }
    return { length: this.#length, readAt: (position, size) => readRange(file, position, size) };
  }

  /** Gives up memory and file; safe to call again. */
  dispose(): void {
    this.#takeChunks();
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
