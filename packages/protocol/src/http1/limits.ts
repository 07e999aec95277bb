/**
 * How much of a message head the engine takes, in octets unless said otherwise. Bodies are not
 * limited here: whoever reads them knows how much is too much.
 */
export interface Http1Limits {
  /** The request line. nginx: 8 KiB, gunicorn: 4094, Node.js: within the head; RFC 9112: 8000. */
  readonly requestLine: number;
  /** The whole head. Node.js: 16 KiB, Apache: 100 fields of 8 KiB, waitress: 256 KiB. */
  readonly head: number;
  /** One field line. gunicorn: 8190, nginx: 8 KiB. */
  readonly field: number;
  /** The number of fields. gunicorn: 100, nginx: 1000, Node.js: drops fields beyond 2000. */
  readonly fields: number;
  /** One line of chunk framing, extensions included. */
  readonly chunkLine: number;
  /** Chunk extensions and trailer section of one body together. Node.js: 16 KiB of extensions. */
  readonly chunkOverhead: number;
  /** Empty lines before a request line. RFC 9112 section 2.2: at least one. */
  readonly emptyLines: number;
}

/** The limits where none are given. */
export const HTTP1_LIMITS: Http1Limits = {
  requestLine: 8192,
  head: 32_768,
  field: 8192,
  fields: 1000,
  chunkLine: 1024,
  chunkOverhead: 16_384,
  emptyLines: 2,
};
