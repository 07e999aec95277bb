import type { Profile } from '@tsgi/types';
import { TsgiError } from './errors.ts';
import { EMPTY_SOURCE, memorySource } from './input.ts';
import { bufferedRequestInput, type RequestInput, streamedRequestInput } from './request-input.ts';

/** As much of a web ReadableStream of octets as a request body is read with. */
export interface WebStream {
  /** Locks the stream to one reader. */
  getReader(): WebReader;
}

/** As much of the reader of a web ReadableStream as a request body is read with. */
export interface WebReader {
  /** The next chunk, or the end. */
  read(): Promise<WebReadResult>;
  /** Nobody will read on. */
  cancel(): Promise<unknown>;
}

/** What one read of a web ReadableStream gives. */
export type WebReadResult = WebChunk | WebEnd;

/** A chunk of a web ReadableStream. */
export interface WebChunk {
  /** The stream goes on. */
  readonly done: false;
  /** Its octets; there may be none. */
  readonly value: Uint8Array;
}

/** The end of a web ReadableStream. */
export interface WebEnd {
  /** The stream is over. */
  readonly done: true;
  /** Of no meaning. */
  readonly value?: unknown;
}

/** How the body of a request is read from a web stream. */
export interface WebInputOptions {
  /** That of the gateway: what is read for the sync profile is waited for. */
  readonly profile: Profile;
  /** Octets that the head declares; undefined where it does not: the framing of the admission. */
  readonly length: number | undefined;
  /** The most octets that are taken. */
  readonly maxSize: number;
}

/**
 * The input of a request whose body is a web stream, or null where it has none. A synchronous
 * application is to be called with the whole body, which is held in memory; for an asynchronous one
 * the stream is read as it reads: TSGI Async 1.0, "The request body". Rejects with
 * `ERR_TSGI_INPUT_TOO_LARGE` or `ERR_TSGI_INPUT_ABORTED`, as do the reads of an application that
 * was called before either came to light.
 */
export async function webRequestInput(
  body: WebStream | null,
  options: WebInputOptions,
): Promise<RequestInput> {
  const { profile, length, maxSize } = options;
  if (length !== undefined && length > maxSize) {
    throw new TsgiError('ERR_TSGI_INPUT_TOO_LARGE', length);
  }
  if (body === null) {
    return bufferedRequestInput(EMPTY_SOURCE);
  }
  const reader = body.getReader();
  return profile === 'async' ? pullInput(reader, options) : collectInput(reader, options);
}

async function collectInput(
  reader: WebReader,
  { maxSize }: WebInputOptions,
): Promise<RequestInput> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readChunks(reader, maxSize)) {
    chunks.push(chunk);
  }
  return bufferedRequestInput(memorySource(chunks));
}

function pullInput(reader: WebReader, { length, maxSize }: WebInputOptions): RequestInput {
  const chunks = readChunks(reader, maxSize);
  let released = false;
  const take = (step: IteratorResult<Uint8Array, void>): void => {
    if (!step.done) {
      stream.push(step.value);
    } else if (!released) {
      // what is cancelled ends as well, but not because the body does
      stream.end();
    }
  };
  const fail = (error: TsgiError): void => stream.fail(error);
  const pull = (): void => void chunks.next().then(take, fail);
  const { input, stream } = streamedRequestInput({ pull }, length);
  const release = (): void => {
    released = true;
    input.release?.();
    cancel(reader);
  };
  return { ...input, release };
}

/** @yields chunks that are not empty, one read after the other however many are asked for */
async function* readChunks(
  reader: WebReader,
  maxSize: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  for (let step = await read(reader); !step.done; step = await read(reader)) {
    size += step.value.byteLength;
    if (size > maxSize) {
      cancel(reader);
      throw new TsgiError('ERR_TSGI_INPUT_TOO_LARGE', size);
    }
    if (step.value.byteLength > 0) {
      yield step.value;
    }
  }
}

async function read(reader: WebReader): Promise<WebReadResult> {
  try {
    return await reader.read();
  } catch (error) {
    throw new TsgiError('ERR_TSGI_INPUT_ABORTED', undefined, error);
  }
}

function cancel(reader: WebReader): void {
  reader.cancel().then(undefined, () => undefined);
}
