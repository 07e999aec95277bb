import { TsgiError } from './errors.ts';

// The brand survives foreign realms and subclasses such as Node's Buffer; instanceof does not.
const tag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
);

/** Whether a value is a Uint8Array by brand, of whatever realm. */
export function isChunk(value: unknown): value is Uint8Array {
  return tag?.get?.call(value) === 'Uint8Array';
}

/** Checks one chunk of a body. Throws `ERR_TSGI_CHUNK`. */
export function checkChunk(value: unknown): asserts value is Uint8Array {
  if (!isChunk(value)) {
    throw new TsgiError('ERR_TSGI_CHUNK', value);
  }
}
