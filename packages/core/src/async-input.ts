import { TsgiError } from './errors.ts';
import { type ByteSource, type ReaderLock, takeLock } from './input.ts';

/** What a streamed input asks of the transport that feeds it. */
export interface InputFeed {
  /** Called when the reader waits for octets: send 100 Continue if it is due, and go on reading. */
  pull(): void;
}

/** Octets of a body that may wait here before the transport is told to hold. */
export const INPUT_HIGH_WATER = 65_536;
/** Chunks that may: one of a single octet costs a hundred. */
const MOST_CHUNKS = 1024;

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
  readonly #waiting: Waiter[] = [];
  #queued = 0;
  #ended = false;
  #released = false;
  #error: unknown;

  constructor(feed: InputFeed, lock: ReaderLock) {
    this.#feed = feed;
    this.#lock = lock;
  }

  /**
   * Takes octets from the transport. False asks it to hold until the next `pull` or the end of the
   * response; what nobody will read is dropped.
   */
  push(chunk: Uint8Array): boolean {
    if (this.#ended || this.#released) {
      return false;
    }
    if (chunk.byteLength === 0) {
      return true;
    }
    const waiter = this.#waiting.shift();
    if (waiter !== undefined) {
      waiter.resolve({ done: false, value: chunk });
      return true;
    }
    this.#chunks.push(chunk);
    this.#queued += chunk.byteLength;
    return this.#queued < INPUT_HIGH_WATER && this.#chunks.length < MOST_CHUNKS;
  }

  /** The body has arrived whole. */
  end(): void {
    this.#ended = true;
    for (const waiter of this.#waiting.splice(0)) {
      waiter.resolve(DONE);
    }
  }

  /** The body will not arrive whole; what is queued is dropped, so that it never looks like the end. */
  fail(error: TsgiError): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    this.#error = error;
    this.#chunks.length = 0;
    this.#rejectWaiting(error);
  }

  /** The response has ended: what has arrived can be read, and nothing is waited for. */
  release(): void {
    this.#released = true;
    this.#rejectWaiting(released());
  }

  #rejectWaiting(error: TsgiError): void {
    for (const waiter of this.#waiting.splice(0)) {
      waiter.reject(error);
    }
  }

  /** Takes the body for one reader; throws `ERR_TSGI_INPUT_LOCKED` where it has one already. */
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
    if (this.#released) {
      return Promise.reject(released());
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#feed.pull();
    });
  }

  #stop(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#chunks.length = 0;
    this.#queued = 0;
    this.end();
    return Promise.resolve(DONE);
  }
}

function released(): TsgiError {
  return new TsgiError('ERR_TSGI_INPUT_ABORTED', 'the end of the response before that of the body');
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
