import type { InputStream } from '@tsgi/types';
import { describe, TsgiError } from './errors.ts';

/** A request body that is wholly there: in memory, in a file. */
export interface ByteSource {
  /** Length in octets. */
  readonly length: number;
  /** A fresh array of up to `size` octets from `position`; shorter only at the end. */
  readAt(position: number, size: number): Uint8Array;
}

/** Which reader a request body has: the first to read locks the other out. */
export interface ReaderLock {
  reader: 'sync' | 'async' | undefined;
}

/** Takes the lock. Throws `ERR_TSGI_INPUT_LOCKED` where the other reader holds it. */
export function takeLock(lock: ReaderLock, reader: 'sync' | 'async'): void {
  if (lock.reader !== undefined && lock.reader !== reader) {
    throw new TsgiError('ERR_TSGI_INPUT_LOCKED');
  }
  lock.reader = reader;
}

/** Octets for each chunk of an iteration. */
const ITERATION_SIZE = 65_536;

/** Checks the argument of `read`. Throws a RangeError for a negative or fractional size. */
export function checkReadSize(size: unknown): asserts size is number | undefined {
  if (size !== undefined && !(Number.isSafeInteger(size) && (size as number) >= 0)) {
    throw new RangeError(`tsgi.input.read takes a whole number of octets; got ${describe(size)}`);
  }
}

/** `tsgi.input` over a body that is wholly there. */
export class BufferedInput implements InputStream {
  readonly #source: ByteSource;
  readonly #lock: ReaderLock;
  #position = 0;

  constructor(source: ByteSource, lock: ReaderLock) {
    this.#source = source;
    this.#lock = lock;
  }

  read(size?: number): Uint8Array {
    checkReadSize(size);
    takeLock(this.#lock, 'sync');
    const left = this.#source.length - this.#position;
    const wanted = size === undefined || size > left ? left : size;
    if (wanted === 0) {
      return new Uint8Array(0);
    }
    const octets = this.#source.readAt(this.#position, wanted);
    this.#position += wanted;
    return octets;
  }

  [Symbol.iterator](): Generator<Uint8Array, void, undefined> {
    // the call itself makes this the one reader of the body
    takeLock(this.#lock, 'sync');
    return this.#chunks();
  }

  *#chunks(): Generator<Uint8Array, void, undefined> {
    for (
      let chunk = this.read(ITERATION_SIZE);
      chunk.length > 0;
      chunk = this.read(ITERATION_SIZE)
    ) {
      yield chunk;
    }
  }
}

/** `tsgi.input` while the body is still arriving: it cannot be read without waiting. */
export const UNBUFFERED_INPUT: InputStream = {
  read(size) {
    checkReadSize(size);
    throw new TsgiError('ERR_TSGI_INPUT_UNBUFFERED');
  },
  [Symbol.iterator]() {
    throw new TsgiError('ERR_TSGI_INPUT_UNBUFFERED');
  },
};

/** The body of a request that has none. */
export const EMPTY_SOURCE: ByteSource = { length: 0, readAt: () => new Uint8Array(0) };

/** A body in memory, as the chunks in which it arrived. */
export function memorySource(chunks: readonly Uint8Array[]): ByteSource {
  const ends: number[] = [];
  let length = 0;
  for (const chunk of chunks) {
    length += chunk.byteLength;
    ends.push(length);
  }
  return { length, readAt: (position, size) => copyRange({ chunks, ends, position, size }) };
}

/** As `memorySource`, of chunks that nobody else holds: one that is read whole is given away. */
export function ownedSource(chunks: readonly Uint8Array[]): ByteSource {
  const source = memorySource(chunks);
  const [only] = chunks;
  if (only === undefined || chunks.length > 1 || !isWhole(only)) {
    return source;
  }
  const { length } = source;
  return {
    length,
    readAt: (position, size) => (size === length ? only : source.readAt(position, size)),
  };
}

// The application gets a plain array over memory that holds nothing else.
function isWhole(chunk: Uint8Array): boolean {
  return (
    Object.getPrototypeOf(chunk) === Uint8Array.prototype &&
    chunk.byteLength === chunk.buffer.byteLength
  );
}

interface Range {
  readonly chunks: readonly Uint8Array[];
  /** Where each chunk ends, in octets from the start of the body. */
  readonly ends: readonly number[];
  readonly position: number;
  readonly size: number;
}

function copyRange({ chunks, ends, position, size }: Range): Uint8Array {
  const target = new Uint8Array(size);
  let filled = 0;
  for (let index = firstEndAfter(ends, position); filled < size; index++) {
    const chunk = chunks[index] as Uint8Array;
    const start = position + filled - ((ends[index] as number) - chunk.byteLength);
    const part = chunk.subarray(start, start + size - filled);
    target.set(part, filled);
    filled += part.byteLength;
  }
  return target;
}

function firstEndAfter(ends: readonly number[], position: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] as number) > position) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
