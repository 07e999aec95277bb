/** How a body is delimited: RFC 9112 section 6.3. */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'close' };

/** No body. */
export const NO_BODY: BodyFraming = { kind: 'none' };

/** A body of known length; none for 0. */
export function lengthFraming(length: number): BodyFraming {
  return length === 0 ? NO_BODY : { kind: 'length', length };
}
