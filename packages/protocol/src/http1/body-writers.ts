import { Http1Error } from './errors.ts';
import type { BodyFraming } from './framing.ts';

/** Writes one body: what goes on the wire around the octets of each piece. */
export interface BodyWriter {
  /** What goes before a piece of so many octets, which is more than none. */
  before(length: number): string;
  /** What goes after each piece. */
  readonly after: string;
  /** What goes after the last piece; trailers as name, value, name, value, … */
  end(trailers: readonly string[]): string;
}

function refuseTrailers(trailers: readonly string[]): void {
  if (trailers.length > 0) {
    throw new Http1Error('ERR_HTTP1_STATE', 'trailers without chunked coding');
  }
}

// A piece of no octets would be the last chunk: RFC 9112 section 7.1.
function checkPiece(length: number): void {
  if (!(length > 0)) {
    throw new Http1Error('ERR_HTTP1_LENGTH', `a piece of ${length} octets`);
  }
}

const noBody: BodyWriter = {
  before(length) {
    throw new Http1Error('ERR_HTTP1_LENGTH', `${length} octets of 0`);
  },
  after: '',
  end(trailers) {
    refuseTrailers(trailers);
    return '';
  },
};

class LengthWriter implements BodyWriter {
  readonly after = '';
  readonly #length: number;
  #left: number;

  constructor(length: number) {
    this.#length = length;
    this.#left = length;
  }

  before(length: number): string {
    checkPiece(length);
    if (length > this.#left) {
      throw new Http1Error(
        'ERR_HTTP1_LENGTH',
        `${length - this.#left} octets after ${this.#length}`,
      );
    }
    this.#left -= length;
    return '';
  }

  end(trailers: readonly string[]): string {
    refuseTrailers(trailers);
    if (this.#left > 0) {
      throw new Http1Error('ERR_HTTP1_LENGTH', `${this.#left} octets less than ${this.#length}`);
    }
    return '';
  }
}

// RFC 9112 section 7.1: chunked-body = *chunk last-chunk trailer-section CRLF
const chunked: BodyWriter = {
  before(length) {
    checkPiece(length);
    return `${length.toString(16)}\r\n`;
  },
  after: '\r\n',
  end: (trailers) => `0\r\n${writeFieldLines(trailers)}\r\n`,
};

const untilClose: BodyWriter = {
  before(length) {
    checkPiece(length);
    return '';
  },
  after: '',
  end(trailers) {
    refuseTrailers(trailers);
    return '';
  },
};

/** The writer for each framing. */
export const BODY_WRITERS: {
  readonly [Kind in BodyFraming['kind']]: (
    framing: Extract<BodyFraming, { kind: Kind }>,
  ) => BodyWriter;
} = {
  none: () => noBody,
  length: (framing) => new LengthWriter(framing.length),
  chunked: () => chunked,
  close: () => untilClose,
};

/** The writer for a framing. */
export function createBodyWriter(framing: BodyFraming): BodyWriter {
  const create = BODY_WRITERS[framing.kind] as (framing: BodyFraming) => BodyWriter;
  return create(framing);
}

/** Field lines, each with its CR LF, of name, value, name, value, … */
export function writeFieldLines(flat: readonly string[]): string {
  let lines = '';
  for (let at = 0; at < flat.length; at += 2) {
    lines += `${flat[at] as string}: ${flat[at + 1] as string}\r\n`;
  }
  return lines;
}
