import {
  bufferedRequestInput,
  EMPTY_SOURCE,
  type RequestInput,
  type StreamedInput,
  streamedRequestInput,
  TsgiError,
} from '@tsgi/core';
import type { ServerSettings } from '../options.ts';
import { Spool } from '../spool.ts';

/** The body of one request as it arrives, from whatever transport. */
export interface RequestBody {
  /** Whether the application is called only when it is whole. */
  readonly awaited: boolean;
  /**
   * Takes octets; false asks the transport to hold until the next pull or the end of the response.
   * What the application waits for throws `ERR_TSGI_INPUT_TOO_LARGE`, or what the disk says.
   */
  write(chunk: Uint8Array): boolean;
  /** The body has arrived whole. */
  end(): void;
  /** It will not arrive whole. */
  fail(error: TsgiError): void;
  /** Gives up what it holds. */
  dispose(): void;
  /** What the application reads; for a buffered body only once it is whole. */
  input(): RequestInput;
}

/** No body. */
export const NO_REQUEST_BODY: RequestBody = {
  awaited: false,
  write: () => true,
  end() {},
  fail() {},
  dispose() {},
  input: () => bufferedRequestInput(EMPTY_SOURCE),
};

/**
 * The body of a request with a head that declares so many octets; undefined where it does not say.
 * `pull` is called when an asynchronous application waits for more. Throws
 * `ERR_TSGI_INPUT_TOO_LARGE`.
 */
export function createRequestBody(
  settings: ServerSettings,
  length: number | undefined,
  pull: () => void,
): RequestBody {
  if (length === 0) {
    return NO_REQUEST_BODY;
  }
  if (length !== undefined && length > settings.maxBodySize) {
    throw new TsgiError('ERR_TSGI_INPUT_TOO_LARGE', length);
  }
  return settings.profile === 'async'
    ? new StreamedBody(settings, length, pull)
    : new BufferedBody(settings);
}

/** A body for a synchronous application: held until it is whole. */
class BufferedBody implements RequestBody {
  readonly awaited = true;
  readonly #spool: Spool;
  readonly #limit: number;

  constructor(settings: ServerSettings) {
    this.#spool = new Spool(settings.bodyMemory);
    this.#limit = settings.maxBodySize;
  }

  write(chunk: Uint8Array): boolean {
    const length = this.#spool.length + chunk.byteLength;
    if (length > this.#limit) {
      throw new TsgiError('ERR_TSGI_INPUT_TOO_LARGE', length);
    }
    this.#spool.write(chunk);
    return true;
  }

  end(): void {}

  fail(): void {
    this.dispose();
  }

  dispose(): void {
    this.#spool.dispose();
  }

  input(): RequestInput {
    return bufferedRequestInput(this.#spool.source());
  }
}

/** A body for an asynchronous application: handed on while it arrives. */
class StreamedBody implements RequestBody {
  readonly awaited = false;
  readonly #stream: StreamedInput;
  readonly #input: RequestInput;
  readonly #limit: number;
  #received = 0;

  constructor(settings: ServerSettings, length: number | undefined, pull: () => void) {
    const { input, stream } = streamedRequestInput({ pull }, length);
    this.#input = input;
    this.#stream = stream;
    this.#limit = settings.maxBodySize;
  }

  write(chunk: Uint8Array): boolean {
    this.#received += chunk.byteLength;
    if (this.#received > this.#limit) {
      this.#stream.fail(new TsgiError('ERR_TSGI_INPUT_TOO_LARGE', this.#received));
    }
    return this.#stream.push(chunk);
  }

  end(): void {
    this.#stream.end();
  }

  fail(error: TsgiError): void {
    this.#stream.fail(error);
  }

  dispose(): void {}

  input(): RequestInput {
    return this.#input;
  }
}
