import type { InputStream } from '@tsgi/types';
import { ChunkWatch } from './chunk-watch.ts';
import { describeValue } from './describe-value.ts';
import { codeOf } from './error-code.ts';
import type { InputLength } from './input-length.ts';
import type { InputLock } from './input-lock.ts';
import { isOctets, lengthOf } from './octets.ts';
import type { Reporter } from './reporter.ts';
import { outer } from './roles.ts';
import type { RuleId } from './rules.gen.ts';

/** What an input is judged by. */
export interface InputContext {
  readonly reporter: Reporter;
  readonly lock: InputLock;
  readonly length: InputLength;
  /** True while the input cannot be read without waiting, under the asynchronous profile. */
  readonly unbuffered: () => boolean;
}

interface Asked {
  /** The call, as it was written. */
  readonly name: string;
  /** False for a size that the input has to refuse. */
  readonly valid: boolean;
}

/** `tsgi.input` between the two sides: what is asked for, and what comes. */
export class InputWatch implements InputStream {
  readonly #input: InputStream;
  readonly #context: InputContext;
  readonly #arrays: ChunkWatch = new ChunkWatch(2);
  #end: RuleId | undefined;
  #failure: unknown;

  constructor(input: InputStream, context: InputContext) {
    this.#input = input;
    this.#context = context;
  }

  /** What reading threw because the body did not arrive, in words; undefined where it did. */
  get failure(): string | undefined {
    return this.#failure === undefined ? undefined : describeValue(this.#failure);
  }

  /** Part of the interface: passes on to the input, and judges what comes. */
  read(...args: [size?: number]): Uint8Array {
    const [size] = args;
    const name = `read(${args.map(describeValue).join(', ')})`;
    const octets = this.#run(() => this.#input.read(...args), { name, valid: isSize(size) });
    this.#use();
    if (isSize(size)) {
      this.#judgeRead(octets, size);
    } else {
      this.#raise('INP-RANGE', `${describeValue(octets)} from ${name}`);
    }
    return octets;
  }

  /** Part of the interface: passes on to the input, and judges what comes. */
  [Symbol.iterator](): IterableIterator<Uint8Array> {
    const iterator = this.#input[Symbol.iterator]();
    this.#use();
    const wrapped: IterableIterator<Uint8Array> = {
      next: () => {
        const result = this.#run(() => iterator.next(), { name: 'next()', valid: true });
        this.#judgeStep(result);
        return result;
      },
      return: (...value) => iterator.return?.(...value) ?? { done: true, value: undefined },
      [Symbol.iterator]: () => wrapped,
    };
    return wrapped;
  }

  #run<T>(call: () => T, asked: Asked): T {
    this.#arrays.takeChanged();
    let result: T;
    try {
      result = call();
    } catch (error) {
      this.#threw(error, asked);
      throw error;
    }
    const ordinal = this.#arrays.takeChanged();
    if (ordinal !== undefined) {
      this.#raise('INP-FRESH', `array ${ordinal} changed during ${asked.name}`);
    }
    return result;
  }

  #threw(error: unknown, { name, valid }: Asked): void {
    const code = codeOf(error);
    if (code === 'ERR_TSGI_INPUT_ABORTED' || code === 'ERR_TSGI_INPUT_TOO_LARGE') {
      this.#failure = error;
    } else if (!valid && (error as { name?: unknown } | undefined)?.name !== 'RangeError') {
      this.#raise('INP-RANGE', `${describeValue(error)} for ${name}`, error);
    }
  }

  #use(): void {
    if (this.#context.unbuffered()) {
      this.#raise('ASYNC-INPUT-UNBUFFERED', 'a use of tsgi.input that did not throw');
    }
    if (this.#context.lock.use('input')) {
      this.#raise('ASYNC-INPUT-LOCK', 'a use of tsgi.input after one of tsgi.async_input');
    }
  }

  #judgeRead(octets: unknown, size: number | undefined): void {
    const name = `read(${size ?? ''})`;
    if (!isOctets(octets) || (size !== undefined && lengthOf(octets) > size)) {
      this.#raise(size === 0 ? 'INP-ZERO' : 'INP-READ', `${describeValue(octets)} from ${name}`);
    } else if (size !== 0) {
      const short = lengthOf(octets) === 0 ? 'INP-EOF' : 'INP-READ';
      const ends = size === undefined ? 'INP-REST' : short;
      this.#take(octets, lengthOf(octets) < (size ?? Number.POSITIVE_INFINITY) ? ends : undefined);
    }
  }

  #judgeStep(result: unknown): void {
    const { done, value }: { done?: unknown; value?: unknown } = Object(result);
    if (done) {
      this.#finish('INP-EOF');
    } else if (!isOctets(value) || lengthOf(value) === 0) {
      this.#raise('INP-ITERATE', `${describeValue(value)} from the iterator`);
    } else {
      this.#take(value, undefined);
    }
  }

  // `ends` is the rule that is broken if more octets come after this array.
  #take(octets: Uint8Array, ends: RuleId | undefined): void {
    if (this.#end !== undefined && lengthOf(octets) > 0) {
      this.#raise(this.#end, `${lengthOf(octets)} octets after the end of the body`);
    }
    this.#arrays.add(octets);
    this.#context.length.add(lengthOf(octets));
    if (ends !== undefined) {
      this.#finish(ends);
    }
  }

  #finish(ends: RuleId): void {
    this.#end ??= ends;
    if (this.#failure === undefined) {
      this.#context.length.end('INP-LENGTH');
    } else {
      this.#raise('INP-TRUNC', `the end of the body after ${this.failure}`);
    }
  }

  #raise(rule: RuleId, got: string, cause?: unknown): void {
    this.#context.reporter.raise(outer(rule, got, cause));
  }
}

function isSize(size: unknown): boolean {
  return size === undefined || (Number.isSafeInteger(size) && (size as number) >= 0);
}
