import type { InputStream } from '@tsgi/types';
import { codedError } from './coded-error.ts';

/** How a request body arrives. */
export interface InputShape {
  /** False where `tsgi.input` cannot be read, since the octets are still to come. */
  readonly buffered?: boolean | undefined;
  /** The largest chunk that iteration gives; larger for a body of many. */
  readonly chunk: number;
  /** After how many octets reading fails; absent for a body that is complete. */
  readonly failsAfter?: number | undefined;
}

/** Into more chunks than these no body is cut. */
const MOST_CHUNKS = 900;

/** A request body in memory, read in either way, but not in both. */
export class MemoryInput {
  readonly #octets: Uint8Array;
  readonly #shape: InputShape;
  #position = 0;
  #reader: 'input' | 'async_input' | undefined;

  constructor(octets: Uint8Array, shape: InputShape) {
    this.#octets = octets;
    const chunk = Math.max(shape.chunk, Math.ceil(octets.length / MOST_CHUNKS));
    this.#shape = { ...shape, chunk };
  }

  /** How many octets the application has taken. */
  get consumed(): number {
    return this.#position;
  }

  /** `tsgi.input`. */
  get stream(): InputStream {
    return {
      read: (size) => this.#read(size),
      [Symbol.iterator]: () => {
        this.#lock('input');
        return { next: () => this.#nextChunk() };
      },
    };
  }

  /** `tsgi.async_input`. */
  get asyncStream(): AsyncIterable<Uint8Array> {
    return {
      [Symbol.asyncIterator]: () => {
        if (this.#reader === 'async_input') throw lockedError();
        this.#lock('async_input');
        return this.#iterateLater();
      },
    };
  }

  #lock(reader: 'input' | 'async_input'): void {
    if (reader === 'input' && this.#shape.buffered === false) {
      throw codedError('ERR_TSGI_INPUT_UNBUFFERED', 'the request body is still to come');
    }
    this.#reader ??= reader;
    if (this.#reader !== reader) throw lockedError();
  }

  #read(size?: number): Uint8Array {
    if (size !== undefined && (!Number.isSafeInteger(size) || size < 0)) {
      throw new RangeError(`read() takes a whole number of octets, got ${String(size)}`);
    }
    this.#lock('input');
    return this.#take(size ?? this.#octets.length - this.#position);
  }

  #nextChunk(): IteratorResult<Uint8Array> {
    const value = this.#takeChunk();
    return value.length === 0 ? { done: true, value: undefined } : { done: false, value };
  }

  /** The turn of the event loop before each chunk is what an application waits for. */
  #iterateLater(): AsyncIterator<Uint8Array> {
    let isOver = false;
    const next = async (): Promise<IteratorResult<Uint8Array>> => {
      await new Promise(setImmediate);
      const value = isOver ? undefined : this.#takeChunk();
      isOver ||= value?.length === 0;
      return value === undefined || isOver
        ? { done: true, value: undefined }
        : { done: false, value };
    };
    const stop = async (): Promise<IteratorResult<Uint8Array>> => {
      isOver = true;
      return { done: true, value: undefined };
    };
    return { next, return: stop };
  }

  /** What there is, up to the largest chunk: iteration gives what has arrived before it fails. */
  #takeChunk(): Uint8Array {
    const { chunk, failsAfter = Number.POSITIVE_INFINITY } = this.#shape;
    return this.#take(Math.min(chunk, Math.max(1, failsAfter - this.#position)));
  }

  #take(size: number): Uint8Array {
    const { failsAfter = Number.POSITIVE_INFINITY } = this.#shape;
    const end = Math.min(this.#position + size, this.#octets.length);
    if (end > failsAfter) {
      throw codedError('ERR_TSGI_INPUT_ABORTED', 'the request body was cut short');
    }
    const chunk = this.#octets.slice(this.#position, end);
    this.#position += chunk.length;
    return chunk;
  }
}

function lockedError(): Error {
  return codedError('ERR_TSGI_INPUT_LOCKED', 'the request body is read in another way already');
}
