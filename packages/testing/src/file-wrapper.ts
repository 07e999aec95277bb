import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { FileWrapper } from '@tsgi/types';

const CHUNK_SIZE = 65_536;

/** `tsgi.file_wrapper` of the in-process client: the region is named, and the body can be iterated. */
export const wrapFile: FileWrapper = (file, range = {}) => {
  const opened = typeof file === 'string';
  const fd = opened ? openSync(file, 'r') : file;
  const offset = range.offset ?? 0;
  const length = range.length ?? fstatSync(fd).size - offset;
  let isOpen = opened;
  return {
    'tsgi.file': { fd, offset, length, ...(opened ? { path: file } : {}) },
    *[Symbol.iterator]() {
      for (let position = offset; position < offset + length; ) {
        const chunk = new Uint8Array(Math.min(CHUNK_SIZE, offset + length - position));
        const count = readSync(fd, chunk, 0, chunk.byteLength, position);
        if (count === 0) {
          throw new Error(`the file ends after ${position} octets`);
        }
        position += count;
        yield chunk.subarray(0, count);
      }
    },
    close() {
      if (isOpen) {
        isOpen = false;
        closeSync(fd);
      }
    },
  };
};
