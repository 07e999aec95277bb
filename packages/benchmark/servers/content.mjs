// What every server of the benchmark answers with; no dependency but Buffer, so that Bun and Deno
// load it unchanged.
import { Buffer } from 'node:buffer';

/** The answer to `GET /` and to every path without another. */
export const HELLO = Buffer.from('Hello, world!\n');

/** One of the sixteen chunks of `GET /download`. */
export const CHUNK = Buffer.alloc(64 * 1024, 'x');

/** Chunks of `GET /download`: 1 MiB. */
export const CHUNKS = 16;

/** Chunks of `GET /large`: 1 GiB. */
export const LARGE_CHUNKS = 16 * 1024;

/** The octets of chunk `index` of `GET /large`, in memory of their own. */
export function createChunk(index) {
  return Buffer.alloc(64 * 1024, index & 0xff);
}

/**
 * The content of `GET /download`.
 * @yields {Buffer} the same chunk again and again
 */
export function* generateDownload() {
  for (let index = 0; index < CHUNKS; index += 1) {
    yield CHUNK;
  }
}
