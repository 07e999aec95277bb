/** How large the variable block of a request may be, in octets unless said otherwise. */
export interface UwsgiLimits {
  /** The variable block. The protocol: 65,535; uWSGI: 4096 unless `buffer-size` says otherwise. */
  readonly head: number;
  /** The number of variables. nginx passes at most 1000 fields and its own variables. */
  readonly variables: number;
  /** One name. */
  readonly name: number;
  /** One value. */
  readonly value: number;
}

/** The limits where none are given. */
export const UWSGI_LIMITS: UwsgiLimits = {
  head: 65_535,
  variables: 1024,
  name: 512,
  value: 65_535,
};
