import { ChunkWatch } from './chunk-watch.ts';
import { describeValue } from './describe-value.ts';
import { codeOf } from './error-code.ts';
import type { InputContext } from './input-watch.ts';
import { isOctets, lengthOf } from './octets.ts';
import { inner, outer } from './roles.ts';
import type { RuleId } from './rules.gen.ts';

/** `tsgi.async_input` between the two sides: what is asked for, and what comes. */
export class AsyncInputWatch implements AsyncIterable<Uint8Array> {
  readonly #input: AsyncIterable<Uint8Array>;
  readonly #context: InputContext;
  readonly #chunks: ChunkWatch = new ChunkWatch(2);
  #iterated = false;
  #pending = 0;
  #failure: unknown;

  constructor(input: AsyncIterable<Uint8Array>, context: InputContext) {
    this.#input = input;
    this.#context = context;
  }

  /** What reading threw because the body did not arrive, in words; undefined where it did. */
  get failure(): string | undefined {
    return this.#failure === undefined ? undefined : describeValue(this.#failure);
  }

  /** Part of the interface: passes on to the input, and judges what comes. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    const iterator = this.#input[Symbol.asyncIterator]();
    if (this.#context.lock.use('async_input') || this.#iterated) {
      const before = this.#iterated ? 'an earlier iterator' : 'a use of tsgi.input';
      this.#raise('ASYNC-INPUT-LOCK', `an iterator of tsgi.async_input after ${before}`);
    }
    this.#iterated = true;
    const wrapped: AsyncIterableIterator<Uint8Array> = {
      next: async () => this.#next(iterator),
      return: async (...value) =>
        (await iterator.return?.(...value)) ?? { done: true, value: undefined },
      [Symbol.asyncIterator]: () => wrapped,
    };
    return wrapped;
  }

  async #next(iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    if (this.#pending > 0) {
      const got = 'next() while an earlier call is unsettled';
      this.#context.reporter.raise(inner('ASYNC-INPUT-ORDER', got));
    }
    this.#chunks.takeChanged();
    this.#pending += 1;
    try {
      const result = await iterator.next();
      this.#judge(result);
      return result;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ERR_TSGI_INPUT_ABORTED' || code === 'ERR_TSGI_INPUT_TOO_LARGE') {
        this.#failure = error;
      }
      throw error;
    } finally {
      this.#pending -= 1;
    }
  }

  #judge(result: unknown): void {
    if (this.#failure !== undefined) {
      const got = `a result after ${describeValue(this.#failure)}`;
      const limit = codeOf(this.#failure) === 'ERR_TSGI_INPUT_TOO_LARGE';
      this.#raise(limit ? 'ASYNC-INPUT-LIMIT' : 'ASYNC-INPUT-ABORT', got);
      return;
    }
    const { done, value }: { done?: unknown; value?: unknown } = Object(result);
    const ordinal = this.#chunks.takeChanged();
    if (ordinal !== undefined) {
      this.#raise('ASYNC-INPUT-CHUNK', `chunk ${ordinal} changed while the next one was read`);
    }
    if (done) {
      this.#context.length.end('ASYNC-INPUT-END');
    } else if (!isOctets(value) || lengthOf(value) === 0) {
      this.#raise('ASYNC-INPUT-CHUNK', `${describeValue(value)} as a chunk`);
    } else {
      this.#chunks.add(value);
      this.#context.length.add(lengthOf(value));
    }
  }

  #raise(rule: RuleId, got: string): void {
    this.#context.reporter.raise(outer(rule, got));
  }
}
