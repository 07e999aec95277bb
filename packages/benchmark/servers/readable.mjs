import { Readable } from 'node:stream';
import { CHUNK, CHUNKS } from './content.mjs';

/** Chunks as a Readable of Node.js: `create` makes the chunk of an index. */
export function createReadable(chunks, create) {
  let index = 0;
  return new Readable({
    highWaterMark: CHUNK.byteLength,
    read() {
      this.push(index < chunks ? create(index) : null);
      index += 1;
    },
  });
}

/** `GET /download` as a Readable. */
export function createDownload() {
  return createReadable(CHUNKS, () => CHUNK);
}
