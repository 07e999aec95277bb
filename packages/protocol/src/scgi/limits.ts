/** How large the head of a request may be, in octets unless said otherwise. */
export interface ScgiLimits {
  /** The netstring of the head. */
  readonly head: number;
  /** The number of headers. nginx passes at most 1000 fields and its own variables. */
  readonly variables: number;
  /** One name. */
  readonly name: number;
  /** One value; fields of 8 KiB are usual. */
  readonly value: number;
}

/** The limits where none are given. */
export const SCGI_LIMITS: ScgiLimits = {
  head: 131_072,
  variables: 1024,
  name: 512,
  value: 65_535,
};
