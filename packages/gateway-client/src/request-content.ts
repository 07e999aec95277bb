import type { Environ } from '@tsgi/types';
import { GatewayError } from './errors.ts';

/** The body of a request, as it is to be sent. */
export interface RequestContent {
  /** In octets; undefined where it is not known. */
  readonly length: number | undefined;
  /** Whether it can be sent any number of times: there is none, or it is held here. */
  readonly isHeld: boolean;
  /** Whether it can be sent now: it is held, or nothing was taken of it. */
  readonly isWhole: boolean;
  /** Its pieces. One iteration at a time; where it streams, one at all. */
  open(): AsyncIterator<Uint8Array>;
}

const NOTHING = new Uint8Array(0);

class HeldContent implements RequestContent {
  readonly length: number;
  readonly isHeld = true;
  readonly isWhole = true;
  readonly #octets: Uint8Array;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
    this.length = octets.byteLength;
  }

  open(): AsyncIterator<Uint8Array> {
    const pieces = [this.#octets].filter(({ byteLength }) => byteLength > 0).values();
    return { next: async () => pieces.next() };
  }
}

class StreamedContent implements RequestContent {
  readonly isHeld = false;
  readonly length: number | undefined;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #taken = false;

  constructor(pieces: AsyncIterator<Uint8Array>, length: number | undefined) {
    this.#pieces = pieces;
    this.length = length;
  }

  get isWhole(): boolean {
    return !this.#taken;
  }

  open(): AsyncIterator<Uint8Array> {
    return {
      next: () => {
        this.#taken = true;
        return this.#pieces.next();
      },
      return: async () => {
        // what nobody has begun to read is for the next upstream
        return this.#taken
          ? ((await this.#pieces.return?.()) ?? { done: true, value: undefined })
          : { done: true, value: undefined };
      },
    };
  }
}

/** How a body of unknown length is to be treated. */
export interface ContentPlan {
  /** Whether the protocol can send one as it comes. */
  readonly streamsUnknown: boolean;
  /** How much of one is held otherwise. */
  readonly most: number;
}

/** The body of a request. Rejects with a GatewayError. */
export async function contentOf(environ: Environ, plan: ContentPlan): Promise<RequestContent> {
  try {
    return await openContent(environ, plan);
  } catch (error) {
    throw toContentError(error);
  }
}

/** What the input of a request threw, as an error of the gateway. */
export function toContentError(error: unknown): GatewayError {
  if (error instanceof GatewayError) {
    return error;
  }
  const tooLarge = (error as { code?: unknown } | undefined)?.code === 'ERR_TSGI_INPUT_TOO_LARGE';
  const code = tooLarge ? 'ERR_GATEWAY_TOO_LARGE' : 'ERR_GATEWAY_CONTENT';
  return new GatewayError(code, String(error), error);
}

async function openContent(environ: Environ, plan: ContentPlan): Promise<RequestContent> {
  const declared = environ.CONTENT_LENGTH;
  if (declared !== undefined) {
    const length = Number(declared);
    return length === 0 ? new HeldContent(NOTHING) : new StreamedContent(piecesOf(environ), length);
  }
  if (environ['tsgi.input_buffered']) {
    // there is no body, or one without a length that has arrived: the first piece tells at once
    return ofBuffered(piecesOf(environ), plan);
  }
  return plan.streamsUnknown
    ? new StreamedContent(piecesOf(environ), undefined)
    : hold(piecesOf(environ), NOTHING, plan.most);
}

function piecesOf(environ: Environ): AsyncIterator<Uint8Array> {
  const input = environ['tsgi.async_input'];
  if (input !== undefined) {
    return input[Symbol.asyncIterator]();
  }
  const pieces = environ['tsgi.input'][Symbol.iterator]();
  return { next: async () => pieces.next() };
}

async function ofBuffered(
  pieces: AsyncIterator<Uint8Array>,
  { streamsUnknown, most }: ContentPlan,
): Promise<RequestContent> {
  const first = await pieces.next();
  if (first.done === true) {
    return new HeldContent(NOTHING);
  }
  return streamsUnknown
    ? new StreamedContent(startingWith(first.value, pieces), undefined)
    : hold(pieces, first.value, most);
}

async function* startingWith(
  first: Uint8Array,
  pieces: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield first;
  yield* { [Symbol.asyncIterator]: () => pieces };
}

async function hold(
  pieces: AsyncIterator<Uint8Array>,
  first: Uint8Array,
  most: number,
): Promise<RequestContent> {
  // one array that doubles: pieces may be of one octet each
  let held: Uint8Array = new Uint8Array(Math.max(4096, 2 * first.byteLength));
  let length = 0;
  for (let piece = first; ; ) {
    if (length + piece.byteLength > most) {
      await pieces.return?.();
      throw new GatewayError('ERR_GATEWAY_LENGTH_REQUIRED', `more than ${most} octets`);
    }
    if (length + piece.byteLength > held.byteLength) {
      const grown = new Uint8Array(2 * (length + piece.byteLength));
      grown.set(held.subarray(0, length));
      held = grown;
    }
    held.set(piece, length);
    length += piece.byteLength;
    const step = await pieces.next();
    if (step.done === true) {
      return new HeldContent(held.subarray(0, length));
    }
    piece = step.value;
  }
}
