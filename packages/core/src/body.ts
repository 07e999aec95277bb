import type { AsyncBody, Body, FileRegion, Profile } from '@tsgi/types';
import { toChunk } from './chunk.ts';
import { TsgiError } from './errors.ts';
import { regionOf } from './file-pump.ts';
import { sizedArray } from './sized-array.ts';

/** An opened body: its one iterator or what stands in its place, and what is known of its length. */
export type OpenBody =
  | { readonly kind: 'array'; readonly chunks: readonly Uint8Array[]; readonly length: number }
  | { readonly kind: 'sync'; readonly iterator: Iterator<unknown>; readonly length?: undefined }
  | { readonly kind: 'async'; readonly iterator: AsyncIterator<unknown> }
  | { readonly kind: 'file'; readonly region: FileRegion; readonly length: number };

/** How a body is opened. */
export interface OpenOptions {
  readonly profile: Profile;
  /** Whether a region that a body names is sent in place of what it yields. */
  readonly sendsFiles: boolean;
}

/** Whether a value is an object or a function with a `then` method. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

/**
 * Gets the iterator of what an application returned, once. An array is copied and checked whole, so
 * that its length is known before anything is sent. Throws `ERR_TSGI_BODY`, `ERR_TSGI_CHUNK`,
 * `ERR_TSGI_ASYNC_UNSUPPORTED`, or what the body throws.
 */
export function openBody(body: unknown, options: OpenOptions): OpenBody {
  if (isThenable(body)) {
    throw new TsgiError('ERR_TSGI_ASYNC_UNSUPPORTED', body);
  }
  if (typeof body !== 'object' || body === null || ArrayBuffer.isView(body)) {
    throw new TsgiError('ERR_TSGI_BODY', body);
  }
  if (Array.isArray(body)) {
    return openArray(body);
  }
  const kind = kindOf(body, options.profile);
  const region = options.sendsFiles ? regionOf(body) : undefined;
  if (region !== undefined) {
    return { kind: 'file', region, length: region.length };
  }
  return kind === 'sync'
    ? { kind, iterator: checkIterator((body as Body)[Symbol.iterator]()) }
    : { kind, iterator: checkIterator((body as AsyncBody)[Symbol.asyncIterator]()) };
}

function kindOf(body: object, profile: Profile): 'sync' | 'async' {
  if (typeof (body as Partial<Body>)[Symbol.iterator] === 'function') {
    return 'sync';
  }
  if (typeof (body as Partial<AsyncBody>)[Symbol.asyncIterator] !== 'function') {
    throw new TsgiError('ERR_TSGI_BODY', body);
  }
  if (profile === 'sync') {
    throw new TsgiError('ERR_TSGI_ASYNC_UNSUPPORTED', body);
  }
  return 'async';
}

// By index, whatever iterator an array may have been given; a hole is no chunk.
function openArray(body: readonly unknown[]): OpenBody {
  const count = body.length;
  const chunks = sizedArray<Uint8Array>(count);
  let length = 0;
  for (let index = 0; index < count; index++) {
    const chunk = toChunk(body[index]);
    chunks[index] = chunk;
    length += chunk.byteLength;
  }
  return { kind: 'array', chunks, length };
}

function checkIterator<T extends object>(iterator: T): T {
  if (typeof iterator !== 'object' || iterator === null) {
    throw new TsgiError('ERR_TSGI_BODY', iterator);
  }
  return iterator;
}

/** Checks what `next()` gave. Throws `ERR_TSGI_BODY` where it is no object. */
export function checkStep(step: unknown): asserts step is IteratorResult<unknown> {
  if (typeof step !== 'object' || step === null) {
    throw new TsgiError('ERR_TSGI_BODY', step);
  }
}
