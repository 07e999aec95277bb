/** How much one connection may hold and ask, in octets unless said otherwise. */
export interface FastCgiLimits {
  /** Requests under way on one connection. nginx and Apache send one at a time, php-fpm takes one. */
  readonly requests: number;
  /** The PARAMS stream of one request, which is held whole. */
  readonly params: number;
  /** The number of records of that stream; one of them is enough for 65,535 octets. */
  readonly paramsRecords: number;
  /** The number of variables. nginx passes at most 1000 fields and its own variables. */
  readonly variables: number;
  /** One name. */
  readonly name: number;
  /** One value. */
  readonly value: number;
  /** Management records, and records of no request, in a row. */
  readonly idleRecords: number;
}

/** The limits where none are given. */
export const FASTCGI_LIMITS: FastCgiLimits = {
  requests: 32,
  params: 131_072,
  paramsRecords: 2048,
  variables: 1024,
  name: 512,
  value: 65_535,
  idleRecords: 1024,
};
