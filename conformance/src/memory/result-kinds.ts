/** Whether a value is a thenable. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof Object(value).then === 'function';
}

// The getter of the prototype looks at the slot of a value, past whatever properties it has.
// oxlint-disable-next-line typescript/unbound-method
const brand: unknown = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)?.get;

/** Whether a value is a Uint8Array by brand: of any realm, subclasses such as Buffer included. */
export function isOctets(value: unknown): value is Uint8Array {
  return Reflect.apply(brand as () => unknown, value, []) === 'Uint8Array';
}
