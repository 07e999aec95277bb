import type { AsyncBody, Body, StartResponse } from '@tsgi/types';
import type { Start } from './edit-start.ts';
import type { HeldStart } from './held-start.ts';
import { kindOfBody } from './result.ts';

/** A response that has been gathered whole. */
export interface Gathered {
  readonly start: Start;
  readonly chunks: readonly Uint8Array[];
  /** Octets in all chunks. */
  readonly size: number;
}

/** How a response is gathered. */
export interface GatherOptions {
  /** What the inner application begins its response with. */
  readonly held: HeldStart;
  readonly startResponse: StartResponse;
  /** Whether this response is to be gathered at all; asked once, when it has begun. */
  readonly wants: (start: Start) => boolean;
  /** Octets; a longer response is passed on as it comes. */
  readonly limit: number;
  /** What is sent in place of a response that was gathered whole. */
  readonly finish: (gathered: Gathered) => Omit<Gathered, 'size'>;
}

/**
 * A body that is gathered when it is first pulled, so that its beginning can be decided when its
 * end is known. Middleware that uses it is documented to buffer (MW-LAZY, MW-NOBLOCK).
 */
export function gatherBody(body: Body | AsyncBody, options: GatherOptions): Body | AsyncBody {
  const { held, startResponse, wants } = options;
  if (held.start !== undefined && !wants(held.start)) {
    held.release(startResponse);
    return body;
  }
  const kind = kindOfBody(body);
  if (kind === undefined) {
    held.release(startResponse);
    return body;
  }
  return kind === 'sync'
    ? gatherSync(body as Body, options)
    : new GatheredAsyncBody(body as AsyncBody, options);
}

function gatherSync(body: Body, options: GatherOptions): Body {
  const { held } = options;
  if (Array.isArray(body) && held.start !== undefined && !('close' in body)) {
    const gathering = new Gathering(options);
    for (const chunk of body as readonly Uint8Array[]) {
      gathering.add(chunk);
    }
    return [...gathering.finish()];
  }
  return new GatheredBody(body, options);
}

// Collects chunks until the end, the limit or a start that is not wanted.
class Gathering {
  readonly #options: GatherOptions;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #judged = false;

  constructor(options: GatherOptions) {
    this.#options = options;
  }

  /** Takes a chunk. False where gathering is given up, and what came so far is to be passed on. */
  add(chunk: Uint8Array): boolean {
    const { held, limit, wants } = this.#options;
    this.#chunks.push(chunk);
    this.#size += chunk.byteLength;
    if (!this.#judged && held.start !== undefined) {
      this.#judged = true;
      if (!wants(held.start)) {
        return false;
      }
    }
    return this.#size <= limit;
  }

  /** Begins the response as it was held; gives what came so far. */
  giveUp(): readonly Uint8Array[] {
    this.#options.held.release(this.#options.startResponse);
    return this.#chunks;
  }

  /** Begins the response as the middleware wants it; gives what to send. */
  finish(): readonly Uint8Array[] {
    const { held, limit, startResponse, finish, wants } = this.#options;
    const { start } = held;
    if (start === undefined || this.#size > limit || !wants(start)) {
      return this.giveUp();
    }
    const result = finish({ start, chunks: this.#chunks, size: this.#size });
    held.replace(startResponse, result.start);
    return result.chunks;
  }
}

class GatheredBody implements Body {
  readonly #body: Body;
  readonly #options: GatherOptions;
  #closed = false;

  constructor(body: Body, options: GatherOptions) {
    this.#body = body;
    this.#options = options;
  }

  *[Symbol.iterator](): Generator<Uint8Array, void, undefined> {
    const gathering = new Gathering(this.#options);
    const inner = this.#body[Symbol.iterator]();
    let ended = true; // what next() throws ends the iteration
    try {
      for (let whole = true; whole; ) {
        const step = inner.next();
        if (step.done === true) {
          yield* gathering.finish();
          return;
        }
        whole = gathering.add(step.value);
      }
      ended = false;
      yield* gathering.giveUp();
      ended = true;
      for (let step = inner.next(); step.done !== true; step = inner.next()) {
        ended = false;
        yield step.value;
        ended = true;
      }
    } finally {
      if (!ended) {
        inner.return?.();
      }
    }
  }

  close(): void {
    if (!this.#closed) {
      this.#closed = true;
      this.#body.close?.();
    }
  }
}

class GatheredAsyncBody implements AsyncBody {
  readonly #body: AsyncBody;
  readonly #options: GatherOptions;
  #closing: Promise<void> | undefined;

  constructor(body: AsyncBody, options: GatherOptions) {
    this.#body = body;
    this.#options = options;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return new GatheringIterator(this.#body[Symbol.asyncIterator](), this.#options);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#body.close?.();
  }
}

const DONE = { done: true, value: undefined } as const;

// No generator: one that is told to return() goes on until its pull has settled, and would pull the
// inner body after the response was abandoned (ASYNC-ABANDON).
class GatheringIterator implements AsyncIterator<Uint8Array> {
  readonly #inner: AsyncIterator<Uint8Array>;
  readonly #gathering: Gathering;
  #ready: Uint8Array[] = [];
  #state: 'gathering' | 'passing' | 'ended' | 'abandoned' = 'gathering';

  constructor(inner: AsyncIterator<Uint8Array>, options: GatherOptions) {
    this.#inner = inner;
    this.#gathering = new Gathering(options);
  }

  async next(): Promise<IteratorResult<Uint8Array, unknown>> {
    if (this.#state === 'gathering') {
      await this.#gather();
    }
    const value = this.#ready.shift();
    if (value !== undefined) {
      return { done: false, value };
    }
    return this.#state === 'passing' ? this.#pull() : DONE;
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#ready = [];
    if (this.#state !== 'ended') {
      this.#state = 'abandoned';
      await this.#inner.return?.();
    }
    return DONE;
  }

  async #gather(): Promise<void> {
    for (let whole = true; whole; ) {
      // oxlint-disable-next-line no-await-in-loop -- a body is pulled one chunk after the other
      const step = await this.#pull();
      if (this.#isAbandoned()) {
        return;
      }
      if (step.done === true) {
        this.#ready = [...this.#gathering.finish()];
        return;
      }
      whole = this.#gathering.add(step.value);
    }
    this.#state = 'passing';
    try {
      this.#ready = [...this.#gathering.giveUp()];
    } catch (error) {
      await this.return().catch(() => DONE);
      throw error;
    }
  }

  async #pull(): Promise<IteratorResult<Uint8Array, unknown>> {
    let step: IteratorResult<Uint8Array, unknown> | undefined;
    try {
      step = await this.#inner.next();
      return step;
    } finally {
      // what next() throws ends the iteration as well
      if (step?.done !== false && !this.#isAbandoned()) {
        this.#state = 'ended';
      }
    }
  }

  #isAbandoned(): boolean {
    return this.#state === 'abandoned';
  }
}
