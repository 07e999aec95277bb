// The getter is only ever called with the value to look at as its `this`.
// oxlint-disable-next-line typescript/unbound-method
const brand = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get;

/** The kind of typed array that a value is, whatever its realm; undefined for everything else. */
export function brandOf(value: unknown): unknown {
  return brand?.call(value);
}

/** Whether a value is a Uint8Array by brand: of any realm, subclasses such as Buffer included. */
export function isOctets(value: unknown): value is Uint8Array {
  return brandOf(value) === 'Uint8Array';
}
