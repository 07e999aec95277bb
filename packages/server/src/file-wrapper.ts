import { closeSync, constants, fstatSync, openSync, read, readSync } from 'node:fs';
import { describe, type FileReader, TsgiError } from '@tsgi/core';
import type { Body, FileRegion, FileWrapper } from '@tsgi/types';

/** Octets for each chunk, where the body is iterated. */
const BLOCK = 65_536;

// Without O_NONBLOCK the open of a pipe without a writer never returns; files do not mind it.
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

interface Range {
  readonly offset?: number | undefined;
  readonly length?: number | undefined;
}

/**
 * `tsgi.file_wrapper`: a body of a file, or of a part of it. Throws a TypeError for what names no
 * file, what the system says where a path cannot be opened, `ERR_TSGI_FILE` for what is no regular
 * file, and a RangeError for a range that is not within it.
 */
export const wrapFile: FileWrapper = (file, range = {}) => {
  const opened = typeof file === 'string';
  if (!opened && !(Number.isSafeInteger(file) && file >= 0)) {
    throw new TypeError(`a file is a path or an open descriptor; got ${describe(file)}`);
  }
  const fd = opened ? openSync(file, OPEN_FLAGS) : file;
  try {
    const region = { fd, ...checkRange(regularSize(fd), range) };
    return opened ? new FileBody({ ...region, path: file }, true) : new FileBody(region, false);
  } catch (error) {
    if (opened) {
      closeSync(fd);
    }
    throw error;
  }
};

function regularSize(fd: number): number {
  const stats = fstatSync(fd);
  if (!stats.isFile()) {
    throw new TsgiError('ERR_TSGI_FILE', 'something else than a regular file');
  }
  return stats.size;
}

function checkRange(size: number, range: Range): { offset: number; length: number } {
  const { offset = 0 } = range;
  const { length = size - offset } = range;
  const whole = isCount(offset) && isCount(length);
  if (!whole || offset + length > size) {
    const got = `offset ${describe(offset)}, length ${describe(length)}`;
    throw new RangeError(`a range lies within the ${size} octets of its file; got ${got}`);
  }
  return { offset, length };
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** A region of a file as a body, with the region in view for whoever sends it another way. */
class FileBody implements Body {
  'tsgi.file': FileRegion | undefined;
  readonly #region: FileRegion;
  readonly #owned: boolean;
  #closed = false;

  constructor(region: FileRegion, owned: boolean) {
    this['tsgi.file'] = region;
    this.#region = region;
    this.#owned = owned;
  }

  *[Symbol.iterator](): Generator<Uint8Array, void, undefined> {
    const { fd, offset, length } = this.#region;
    for (let position = offset; position < offset + length; ) {
      const chunk = this.#readAt(fd, position, Math.min(BLOCK, offset + length - position));
      position += chunk.byteLength;
      yield chunk;
    }
  }

  #readAt(fd: number, position: number, size: number): Uint8Array {
    if (this.#closed) {
      throw new TsgiError('ERR_TSGI_FILE', 'a body that was closed');
    }
    const buffer = new Uint8Array(size);
    const count = readSync(fd, buffer, 0, size, position);
    if (count === 0) {
      throw new TsgiError('ERR_TSGI_FILE', `an end of file at ${position}`);
    }
    return count === size ? buffer : buffer.subarray(0, count);
  }

  close(): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    // the number may stand for another file from now on
    this['tsgi.file'] = undefined;
    if (this.#owned) {
      closeSync(this.#region.fd);
    }
  }
}

/** Reads regions on the thread pool, by position. */
export const readFileRegion: FileReader = ({ fd, buffer, length, position }, done) => {
  read(fd, buffer, 0, length, position, done);
};
