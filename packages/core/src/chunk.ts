import { TsgiError } from './errors.ts';

const TypedArray: object = Object.getPrototypeOf(Uint8Array.prototype);

// The brand survives foreign realms and subclasses such as Node's Buffer; instanceof does not.
const brandOf = getter(Symbol.toStringTag);
const bufferOf = getter('buffer');
const offsetOf = getter('byteOffset');
const lengthOf = getter('byteLength');

function getter(key: PropertyKey): (value: unknown) => unknown {
  const property = Object.getOwnPropertyDescriptor(TypedArray, key);
  return (value) => property?.get?.call(value);
}

/** Whether a value is a Uint8Array by brand, of whatever realm. */
export function isChunk(value: unknown): value is Uint8Array {
  return brandOf(value) === 'Uint8Array';
}

/**
 * A chunk as an array of this realm over the same octets; the very array where it is one already
 * and has the length that it says.
 * Throws `ERR_TSGI_CHUNK` for what is no chunk.
 */
export function toChunk(value: unknown): Uint8Array {
  if (!isChunk(value)) {
    throw new TsgiError('ERR_TSGI_CHUNK', value);
  }
  const length = lengthOf(value) as number;
  if (value instanceof Uint8Array && value.byteLength === length) {
    return value;
  }
  return new Uint8Array(bufferOf(value) as ArrayBuffer, offsetOf(value) as number, length);
}
