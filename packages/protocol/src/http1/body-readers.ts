import { Http1Error } from './errors.ts';
import type { DataEvent, EndEvent } from './events.ts';
import { parseFields } from './fields.ts';
import type { BodyFraming } from './framing.ts';
import { CHUNK_LINE } from './grammar.ts';
import type { Http1Limits } from './limits.ts';
import type { ReceiveBuffer } from './receive-buffer.ts';

/** Reads one body; undefined asks for more octets. */
export interface BodyReader {
  next(buffer: ReceiveBuffer): DataEvent | EndEvent | undefined;
  /** What the end of the connection means here. */
  finish(): EndEvent;
}

const END: EndEvent = { type: 'end', trailers: [] };

function truncated(): never {
  throw new Http1Error('ERR_HTTP1_TRUNCATED');
}

const noBody: BodyReader = { next: () => END, finish: () => END };

class LengthReader implements BodyReader {
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  next(buffer: ReceiveBuffer): DataEvent | EndEvent | undefined {
    if (this.#left === 0) {
      return END;
    }
    const data = buffer.takeData(this.#left);
    if (data === undefined) {
      return undefined;
    }
    this.#left -= data.byteLength;
    return { type: 'data', data };
  }

  finish(): EndEvent {
    return truncated();
  }
}

const untilClose: BodyReader = {
  next(buffer) {
    const data = buffer.takeData(Number.POSITIVE_INFINITY);
    return data && { type: 'data', data };
  },
  finish: () => END,
};

type ChunkState = 'size' | 'data' | 'data-end' | 'trailers';

/** Digits of a chunk size that are no overhead; a size of more of them begins with zeros. */
const SIZE_DIGITS = 16;

/** Fields that frame or route, and so cannot come as trailers: RFC 9110 section 6.5.1. */
const FORBIDDEN_TRAILERS: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

class ChunkedReader implements BodyReader {
  readonly #limits: Http1Limits;
  #state: ChunkState = 'size';
  #left = 0;
  #overhead = 0;
  #trailers = '';

  constructor(limits: Http1Limits) {
    this.#limits = limits;
  }

  next(buffer: ReceiveBuffer): DataEvent | EndEvent | undefined {
    for (;;) {
      const event = this[CHUNK_STEPS[this.#state]](buffer);
      if (event !== 'again') {
        return event;
      }
    }
  }

  // RFC 9112 section 7.1: chunk-size [ chunk-ext ] CRLF
  size(buffer: ReceiveBuffer): 'again' | undefined {
    const line = buffer.takeLine(this.#limits.chunkLine, 'ERR_HTTP1_CHUNK_OVERHEAD');
    if (line === undefined) {
      return undefined;
    }
    const digits = CHUNK_LINE.exec(line)?.[1];
    const size = digits === undefined ? Number.NaN : Number.parseInt(digits, 16);
    if (digits === undefined || !Number.isSafeInteger(size)) {
      throw new Http1Error('ERR_HTTP1_CHUNK', line);
    }
    this.#spend(line.length - Math.min(digits.length, SIZE_DIGITS));
    this.#left = size;
    this.#state = size === 0 ? 'trailers' : 'data';
    return 'again';
  }

  data(buffer: ReceiveBuffer): DataEvent | undefined {
    const data = buffer.takeData(this.#left);
    if (data === undefined) {
      return undefined;
    }
    this.#left -= data.byteLength;
    if (this.#left === 0) {
      this.#state = 'data-end';
    }
    return { type: 'data', data };
  }

  dataEnd(buffer: ReceiveBuffer): 'again' | undefined {
    const crlf = buffer.takeCrlf();
    if (crlf === false) {
      throw new Http1Error('ERR_HTTP1_CHUNK', 'data longer than its size');
    }
    if (crlf === undefined) {
      return undefined;
    }
    this.#state = 'size';
    return 'again';
  }

  trailers(buffer: ReceiveBuffer): 'again' | EndEvent | undefined {
    const line = buffer.takeLine(this.#limits.field, 'ERR_HTTP1_CHUNK_OVERHEAD');
    if (line === undefined) {
      return undefined;
    }
    if (line !== '') {
      this.#spend(line.length + 2);
      this.#trailers += `${line}\r\n`;
      return 'again';
    }
    return this.#trailers === '' ? END : { type: 'end', trailers: this.#parseTrailers() };
  }

  #parseTrailers(): readonly string[] {
    const { flat } = parseFields(this.#trailers, this.#limits);
    for (let at = 0; at < flat.length; at += 2) {
      const name = flat[at] as string;
      if (FORBIDDEN_TRAILERS.has(name.toLowerCase())) {
        throw new Http1Error('ERR_HTTP1_TRAILER', name);
      }
    }
    return flat;
  }

  #spend(octets: number): void {
    this.#overhead += octets;
    if (this.#overhead > this.#limits.chunkOverhead) {
      throw new Http1Error('ERR_HTTP1_CHUNK_OVERHEAD');
    }
  }

  finish(): EndEvent {
    return truncated();
  }
}

const CHUNK_STEPS = {
  size: 'size',
  data: 'data',
  'data-end': 'dataEnd',
  trailers: 'trailers',
} as const satisfies Readonly<Record<ChunkState, keyof ChunkedReader>>;

/** The reader for each framing. */
export const BODY_READERS: {
  readonly [Kind in BodyFraming['kind']]: (
    framing: Extract<BodyFraming, { kind: Kind }>,
    limits: Http1Limits,
  ) => BodyReader;
} = {
  none: () => noBody,
  length: (framing) => new LengthReader(framing.length),
  chunked: (_framing, limits) => new ChunkedReader(limits),
  close: () => untilClose,
};

/** The reader for a framing. */
export function createBodyReader(framing: BodyFraming, limits: Http1Limits): BodyReader {
  const create = BODY_READERS[framing.kind] as (
    framing: BodyFraming,
    limits: Http1Limits,
  ) => BodyReader;
  return create(framing, limits);
}
