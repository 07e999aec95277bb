import type { InputStream } from '@tsgi/types';
import { bufferedAsyncInput, type InputFeed, StreamedInput } from './async-input.ts';
import { BufferedInput, type ByteSource, type ReaderLock, UNBUFFERED_INPUT } from './input.ts';

/** The body of a request, for both readers. */
export interface RequestInput {
  /** `tsgi.input`; throws `ERR_TSGI_INPUT_UNBUFFERED` when it is read and `buffered` is false. */
  readonly input: InputStream;
  /** `tsgi.async_input`, which environs of the async profile have. */
  readonly asyncInput: AsyncIterable<Uint8Array>;
  /** Octets; undefined while that is not known. */
  readonly length: number | undefined;
  /** `tsgi.input_buffered`: whether all of the body is there. */
  readonly buffered: boolean;
  /** Called when the response has ended: whoever waits for more of the body waits in vain. */
  release?(): void;
}

/** The input of a request whose body is wholly there. */
export function bufferedRequestInput(source: ByteSource): RequestInput {
  return new BufferedRequestInput(source);
}

// It is its own lock, which saves an object for each request.
class BufferedRequestInput implements RequestInput, ReaderLock {
  readonly buffered = true;
  readonly length: number;
  readonly input: InputStream;
  readonly #source: ByteSource;
  reader: ReaderLock['reader'];

  constructor(source: ByteSource) {
    this.#source = source;
    this.length = source.length;
    this.reader = undefined;
    this.input = new BufferedInput(source, this);
  }

  get asyncInput(): AsyncIterable<Uint8Array> {
    return bufferedAsyncInput(this.#source, this);
  }
}

/** The input of a request whose body is still arriving, and where the transport puts it. */
export function streamedRequestInput(
  feed: InputFeed,
  length: number | undefined,
): {
  /** For the GatewayRequest. */
  readonly input: RequestInput;
  /** Takes the octets from the transport as they arrive. */
  readonly stream: StreamedInput;
} {
  const stream = new StreamedInput(feed, { reader: undefined });
  return {
    stream,
    input: {
      input: UNBUFFERED_INPUT,
      asyncInput: stream,
      length,
      buffered: false,
      release: () => stream.release(),
    },
  };
}
