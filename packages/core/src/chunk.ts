import { TsgiError } from './errors.ts';

const TypedArray: object = Object.getPrototypeOf(Uint8Array.prototype);

// The brand survives foreign realms and subclasses such as Node's Buffer; instanceof does not.
// Getters of their own constants: one function that calls any of them is not compiled as well.
const brandGetter = getter(Symbol.toStringTag);
const bufferGetter = getter('buffer');
const offsetGetter = getter('byteOffset');
const lengthGetter = getter('byteLength');

type Getter = (this: unknown) => unknown;

function getter(key: PropertyKey): Getter {
  const property = Object.getOwnPropertyDescriptor(TypedArray, key);
  return (property as { readonly get: Getter }).get;
}

/** Whether a value is a Uint8Array by brand, of whatever realm. */
export function isChunk(value: unknown): value is Uint8Array {
  return brandGetter.call(value) === 'Uint8Array';
}

/**
 * A chunk as an array of this realm over the same octets; the very array where it is one already
 * and is what its properties say.
 * Throws `ERR_TSGI_CHUNK` for what is no chunk.
 */
export function toChunk(value: unknown): Uint8Array {
  if (!isChunk(value)) {
    throw new TsgiError('ERR_TSGI_CHUNK', value);
  }
  const length = lengthGetter.call(value) as number;
  if (value instanceof Uint8Array && isPlain(value, length)) {
    return value;
  }
  return new Uint8Array(
    bufferGetter.call(value) as ArrayBuffer,
    offsetGetter.call(value) as number,
    length,
  );
}

// What writes a chunk asks it for all of these. Asking for `buffer` would move a short array to the
// heap outside of the engine.
function isPlain(value: Uint8Array, length: number): boolean {
  return (
    value.byteLength === length &&
    value.length === length &&
    value.byteOffset === offsetGetter.call(value) &&
    !Object.hasOwn(value, 'buffer')
  );
}
