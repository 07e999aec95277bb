const typedArray: object = Object.getPrototypeOf(Uint8Array.prototype) as object;

// A getter of the prototype looks at the slots of a value, past whatever properties it has.
function slot(key: string | symbol): (value: unknown) => unknown {
  // oxlint-disable-next-line typescript/unbound-method
  const getter: unknown = Object.getOwnPropertyDescriptor(typedArray, key)?.get;
  return (value) => Reflect.apply(getter as () => unknown, value, []);
}

/** The kind of typed array that a value is, whatever its realm; undefined for everything else. */
export const brandOf: (value: unknown) => unknown = slot(Symbol.toStringTag);

/** The number of octets of a chunk, also where a property of that name says something else. */
export const lengthOf: (chunk: Uint8Array) => number = slot('byteLength') as never;

/** The memory of a chunk. */
export const bufferOf: (chunk: Uint8Array) => ArrayBuffer = slot('buffer') as never;

/** Where in its memory a chunk begins. */
export const offsetOf: (chunk: Uint8Array) => number = slot('byteOffset') as never;

/** Whether a value is a Uint8Array by brand: of any realm, subclasses such as Buffer included. */
export function isOctets(value: unknown): value is Uint8Array {
  return brandOf(value) === 'Uint8Array';
}
