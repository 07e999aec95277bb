import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Body, FileRegion, FileWrapper } from '@tsgi/types';

const CHUNK = 65_536;

/** `tsgi.file_wrapper`: makes bodies of files, and closes what it opened. */
export const wrapFile: FileWrapper = (file, range = {}) => {
  const opened = typeof file === 'string' ? openSync(file, 'r') : undefined;
  const fd = opened ?? (file as number);
  const { offset = 0 } = range;
  const { length = Math.max(0, fstatSync(fd).size - offset) } = range;
  let isOpen = opened !== undefined;
  const region = { fd, offset, length, ...(typeof file === 'string' ? { path: file } : {}) };
  const body: Body = {
    'tsgi.file': region,
    [Symbol.iterator]: () => readRegion(region),
    close: () => {
      if (isOpen) closeSync(fd);
      isOpen = false;
    },
  };
  return body;
};

/**
 * The octets of a region.
 * @yields Chunks.
 */
export function* readRegion({ fd, offset, length }: FileRegion): Generator<Uint8Array> {
  for (let done = 0; done < length; ) {
    const chunk = new Uint8Array(Math.min(CHUNK, length - done));
    const count = readSync(fd, chunk, 0, chunk.length, offset + done);
    if (count === 0) return;
    done += count;
    yield chunk.subarray(0, count);
  }
}
