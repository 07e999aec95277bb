import { TsgiError } from './errors.ts';
import { type ByteSource, type ReaderLock, takeLock } from './input.ts';

/** What a streamed input asks of the transport that feeds it. */
export interface InputFeed {
  /** Called when the reader waits for octets: send 100 Continue if it is due, and go on reading. */
  pull(): void;
}

/** Octets of a body that may wait here before the transport is told to hold. */
export const INPUT_HIGH_WATER = 65_536;

interface Waiter {
  resolve(step: IteratorResult<Uint8Array, undefined>): void;
  reject(error: unknown): void;
}

const DONE: IteratorResult<Uint8Array, undefined> = { done: true, value: undefined };

/** `tsgi.async_input` over a body that is still arriving: one consumer, back-pressure, no copy. */
export class StreamedInput implements AsyncIterable<Uint8Array> {
  readonly #feed: InputFeed;
  readonly #lock: ReaderLock;
  readonly #chunks: Uint8Array[] = [];
  #waiting: Waiter | undefined;
  #queued = 0;
  #ended = false;
  #error: unknown;

  constructor(feed: InputFeed, lock: ReaderLock) {
    this.#feed = feed;
    this.#lock = lock;
  }

  /** Takes octets from the transport. False asks it to hold until the next `pull`. */
  push(chunk: Uint8Array): boolean {
    if (this.#ended || chunk.byteLength === 0) {
      return true;
    }
    const waiter = this.#waiting;
    if (waiter !== undefined) {
      this.#waiting = undefined;
      waiter.resolve({ done: false, value: chunk });
      return true;
    }
    this.#chunks.push(chunk);
    this.#queued += chunk.byteLength;
    return this.#queued < INPUT_HIGH_WATER;
  }

  /** The body has arrived whole. */
  end(): void {
    this.#ended = true;
    this.#waiting?.resolve(DONE);
    this.#waiting = undefined;
  }

  /** The body will not arrive whole; what is queued is dropped, so that it never looks like the end. */
  fail(error: TsgiError): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    this.#error = error;
    this.#chunks.length = 0;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    if (this.#lock.reader !== undefined) {
      throw new TsgiError('ERR_TSGI_INPUT_LOCKED');
    }
    takeLock(this.#lock, 'async');
    return { next: () => this.#next(), return: () => this.#stop() };
  }

  #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#error !== undefined) {
      return Promise.reject(this.#error);
    }
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#queued -= chunk.byteLength;
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#ended) {
      return Promise.resolve(DONE);
    }
    if (this.#waiting !== undefined) {
      return Promise.reject(new TsgiError('ERR_TSGI_INPUT_LOCKED', 'two reads at once'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#feed.pull();
    });
  }

  #stop(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#ended = true;
    this.#chunks.length = 0;
    this.#queued = 0;
    return Promise.resolve(DONE);
  }
}

/** `tsgi.async_input` over a body that is wholly there. */
export function bufferedAsyncInput(
  source: ByteSource,
  lock: ReaderLock,
): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      if (lock.reader !== undefined) {
        throw new TsgiError('ERR_TSGI_INPUT_LOCKED');
      }
      takeLock(lock, 'async');
      return readInSteps(source);
    },
  };
}

async function* readInSteps(source: ByteSource): AsyncGenerator<Uint8Array, undefined> {
  for (let position = 0; position < source.length; position += INPUT_HIGH_WATER) {
    yield source.readAt(position, Math.min(INPUT_HIGH_WATER, source.length - position));
  }
}
