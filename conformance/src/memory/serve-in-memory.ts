/** Rule 1: this is the strict server; it calls, pulls and cleans up as the specification says. */
import type { AsyncApplication, Environ, Outcome, Profile } from '@tsgi/types';
import type { EventLog } from '../engine/event-log.ts';
import { describeError } from '../target/host-messages.ts';
import { concatBytes, toBytes } from '../wire/byte-string.ts';
import { codedError, Thrown } from './coded-error.ts';
import { readRegion } from './file-bodies.ts';
import { FinishList } from './finish-list.ts';
import { isBuffered, makeEnviron } from './memory-environ.ts';
import type { EnvironManner } from './memory-environ.ts';
import { MemoryInput } from './memory-input.ts';
import type { InputShape } from './memory-input.ts';
import type { MemoryRequest } from './memory-request.ts';
import { isOctets, isThenable } from './result-kinds.ts';
import type { Served, Violation } from './served.ts';
import { NotSettled } from './steps.ts';
import type { Steps } from './steps.ts';
import { StrictStart } from './strict-start.ts';
import type { StartManner } from './strict-start.ts';

/** When the client leaves. */
export type Leaving = 'never' | 'before-pull' | 'after-chunk' | 'while-pending';

/** How one request is served. */
export interface ServePlan {
  readonly request: MemoryRequest;
  readonly profile: Profile;
  readonly environ: EnvironManner;
  readonly start: StartManner;
  readonly input: InputShape;
  readonly leaves: Leaving;
  /** Stands before every event of the server in the log. */
  readonly side: '' | 'outer ';
  readonly log: EventLog;
  readonly state: Record<string, unknown>;
  /** Where findings about the request go while it is served. */
  readonly violations: Violation[];
  readonly ownFaults: Violation[];
  /** Called with the environ before the application is. */
  readonly prepare?: (environ: Environ, abort: AbortController) => void;
  /** Runs inside each successful call of startResponse. */
  readonly onStart?: () => void;
}

/** A client that nobody ends reads so much of a body and no more. */
const MOST_PULLS = 1000;
const MOST_OCTETS = 8 * 1024 * 1024;

type Iterate = () => Iterator<unknown> | AsyncIterator<unknown>;

/** One request and its response. */
export class MemoryExchange {
  readonly #application: AsyncApplication;
  readonly #plan: ServePlan;
  readonly #start: StrictStart;
  readonly #input: MemoryInput;
  readonly #finish = new FinishList();
  readonly #abort = new AbortController();
  readonly #chunks: Uint8Array[] = [];
  readonly #given: Uint8Array[] = [];
  readonly #environ: Environ;
  #givenHeaders: unknown;
  #octets = 0;
  #left = false;
  #fault: { readonly error: unknown } | undefined;
  #asynchronous = false;
  #exhausted = false;
  #outstanding: PromiseLike<unknown> | undefined;

  constructor(application: AsyncApplication, plan: ServePlan) {
    this.#application = application;
    this.#plan = plan;
    this.#start = new StrictStart(plan.start);
    const buffered = isBuffered(plan.request, plan.environ);
    this.#input = new MemoryInput(toBytes(plan.request.body ?? ''), { ...plan.input, buffered });
    this.#environ = makeEnviron(plan.request, plan.environ, {
      input: this.#input.stream,
      asyncInput: this.#input.asyncStream,
      errors: {
        write: (text) => this.#note('error log', text.trimEnd()),
        flush: () => undefined,
      },
      onFinish: this.#finish.register,
      signal: this.#abort.signal,
      flushHeaders: () => this.#commit(),
      state: plan.state,
      told: (feature) => this.#note(feature),
    });
    plan.prepare?.(this.#environ, this.#abort);
  }

  /**
   * Serves the request.
   * @yields What is to be settled before the next step.
   */
  *serve(): Steps<Served> {
    let body: unknown;
    let iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
    const closing: Pick<Served, 'returnFault' | 'closeFault'>[] = [];
    try {
      body = yield* this.#call();
      yield {};
      if (this.#plan.leaves === 'before-pull') this.#leave();
      else {
        const iterate = this.#findIterate(body);
        this.#note('iterator');
        iterator = iterate();
        yield* this.#pull(iterator);
      }
    } catch (error) {
      // An iterator that threw is over; the others are told to stop.
      if (error instanceof Thrown || error instanceof NotSettled) this.#exhausted = true;
      this.#fault = { error: error instanceof Thrown ? error.cause : error };
      this.#note('fault', describeError(this.#fault.error));
    }
    const committed = this.#start.committed;
    this.#start.end();
    closing.push(yield* this.#cleanUp(this.#exhausted ? undefined : iterator, body));
    yield* this.#runCallbacks(committed);
    return this.#conclude(committed, Object.assign({}, ...closing) as object);
  }

  *#call(): Steps<unknown> {
    const { method, target } = this.#plan.request;
    this.#note('call', `${method} ${target}`);
    let result: unknown;
    try {
      result = this.#application(this.#environ, (...args) => {
        this.#note(args[2] === undefined ? 'start' : 'restart', args[0]);
        try {
          this.#start.call(...args);
        } catch (error) {
          this.#note('start refused', describeError(error));
          throw error;
        }
        this.#givenHeaders = args[1];
        this.#plan.onStart?.();
      });
    } catch (error) {
      throw new Thrown(error);
    }
    if (!isThenable(result)) return result;
    this.#asynchronous = true;
    if (this.#plan.profile === 'sync') {
      void Promise.resolve(result).catch(() => undefined);
      throw codedError('ERR_TSGI_ASYNC_UNSUPPORTED', 'a promise in the synchronous profile');
    }
    this.#note('promise');
    return yield* this.#await(result, 'the promise of the application');
  }

  *#await(awaits: PromiseLike<unknown>, what: string, brief = false): Steps<unknown> {
    try {
      return yield { awaits, what, brief };
    } catch (error) {
      throw error instanceof NotSettled ? error : new Thrown(error);
    }
  }

  #findIterate(body: unknown): Iterate {
    if (Array.isArray(body)) return this.#takeElements(body);
    if (typeof body !== 'object' || body === null || ArrayBuffer.isView(body)) {
      throw codedError('ERR_TSGI_BODY', 'the result is no body');
    }
    const synchronous: unknown = Reflect.get(body, Symbol.iterator);
    const asynchronous: unknown = Reflect.get(body, Symbol.asyncIterator);
    const method = typeof synchronous === 'function' ? synchronous : asynchronous;
    if (typeof method !== 'function') throw codedError('ERR_TSGI_BODY', 'the result is no body');
    if (method === asynchronous) {
      this.#asynchronous = true;
      if (this.#plan.profile === 'sync') {
        throw codedError('ERR_TSGI_ASYNC_UNSUPPORTED', 'an asynchronous body');
      }
    }
    return () => {
      try {
        return Reflect.apply(method, body, []) as Iterator<unknown>;
      } catch (error) {
        throw new Thrown(error);
      }
    };
  }

  /** The elements of an Array are all checked before anything is sent, and taken by index. */
  #takeElements(body: readonly unknown[]): Iterate {
    const elements = Array.from({ length: body.length }, (_none, index) => body[index]);
    if (elements.some((element) => !isOctets(element))) {
      throw codedError('ERR_TSGI_CHUNK', 'a chunk is no Uint8Array');
    }
    let index = 0;
    const next = (): IteratorResult<unknown> => {
      index += 1;
      return index > elements.length
        ? { done: true, value: undefined }
        : { done: false, value: elements[index - 1] };
    };
    return () => ({ next });
  }

  *#pull(iterator: Iterator<unknown> | AsyncIterator<unknown>): Steps<void> {
    for (let pulls = 0; pulls < MOST_PULLS && this.#octets < MOST_OCTETS; pulls += 1) {
      const step: unknown = yield* this.#next(iterator);
      if (step === undefined) return;
      const { done, value }: { done?: unknown; value?: unknown } = Object(step);
      if (done) {
        this.#note('end');
        this.#exhausted = true;
        this.#commit();
        this.#checkLength();
        return;
      }
      if (this.#take(value)) return;
      yield {};
    }
    this.#leave();
  }

  /**
   * Asks for a chunk; undefined where the client did not wait for it.
   * @yields What is to be settled before the next step.
   */
  *#next(iterator: Iterator<unknown> | AsyncIterator<unknown>): Steps<unknown> {
    this.#note('pull');
    let step: unknown;
    try {
      step = iterator.next();
    } catch (error) {
      throw new Thrown(error);
    }
    if (typeof step !== 'object' || step === null) {
      throw codedError('ERR_TSGI_BODY', 'next() gave no object');
    }
    if (!isThenable(step)) return step;
    if (this.#plan.leaves === 'while-pending' && this.#chunks.length > 0) {
      this.#outstanding = Promise.resolve(step).catch(() => undefined);
      this.#leave();
      return undefined;
    }
    try {
      return yield* this.#await(step, 'next() of the body', this.#chunks.length > 0);
    } catch (error) {
      if (!(error instanceof NotSettled) || this.#chunks.length === 0) throw error;
      void Promise.resolve(step).catch(() => undefined);
      this.#leave();
      return undefined;
    }
  }

  /** Takes a chunk; true where no more is wanted. */
  #take(value: unknown): boolean {
    if (!isOctets(value)) throw codedError('ERR_TSGI_CHUNK', 'a chunk is no Uint8Array');
    const chunk = new Uint8Array(value);
    this.#note('chunk', chunk.length);
    if (chunk.length === 0) return false;
    this.#commit();
    this.#given.push(value);
    if (this.#isBodiless()) return true;
    this.#chunks.push(chunk);
    this.#octets += chunk.length;
    const { length } = this.#start;
    if (length !== undefined && this.#octets > length) return true;
    if (this.#plan.leaves !== 'after-chunk') return false;
    this.#leave();
    return true;
  }

  #commit(): void {
    const before = this.#start.committed;
    this.#start.commit();
    if (!before) this.#note('commit');
  }

  #isBodiless(): boolean {
    const { code } = this.#start;
    return this.#plan.request.method === 'HEAD' || [204, 205, 304].includes(code);
  }

  #checkLength(): void {
    const { length } = this.#start;
    if (length === undefined || this.#isBodiless() || this.#octets >= length) return;
    throw codedError('ERR_TSGI_CONTENT_UNDER', 'fewer octets than Content-Length');
  }

  #leave(): void {
    this.#left = true;
    this.#note('client leaves');
    this.#abort.abort();
  }

  *#cleanUp(
    iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined,
    body: unknown,
  ): Steps<Pick<Served, 'returnFault' | 'closeFault'>> {
    this.#checkRegion(body);
    const returnFault =
      iterator === undefined
        ? undefined
        : yield* this.#finishStep('return', () => iterator.return?.());
    if (this.#outstanding !== undefined) yield* this.#settleBriefly(this.#outstanding);
    const close: unknown = Object(body).close;
    const closeFault =
      typeof close === 'function'
        ? yield* this.#finishStep('close', () => Reflect.apply(close, body, []) as unknown)
        : undefined;
    return {
      ...(returnFault === undefined ? {} : { returnFault }),
      ...(closeFault === undefined ? {} : { closeFault }),
    };
  }

  *#finishStep(
    name: 'return' | 'close',
    step: () => unknown,
  ): Steps<{ readonly threw: unknown } | undefined> {
    this.#note(name);
    try {
      const result = step();
      if (isThenable(result)) yield { awaits: result, what: `${name}()`, brief: true };
      return undefined;
    } catch (threw) {
      if (threw instanceof NotSettled) return undefined;
      this.#note(`${name} threw`, describeError(threw));
      return { threw };
    }
  }

  *#settleBriefly(awaits: PromiseLike<unknown>): Steps<void> {
    try {
      yield { awaits, what: 'an outstanding next()', brief: true };
    } catch {
      // It was left alone; how it ends is nobody's affair.
    }
  }

  /** The octets of a region that the body names have to be those that it gives. */
  #checkRegion(body: unknown): void {
    const region: unknown = Object(body)['tsgi.file'];
    if (typeof region !== 'object' || region === null) return;
    if (this.#left || this.#fault !== undefined || this.#isBodiless()) return;
    const named = concatBytes([...readRegion(region as never)]);
    if (Buffer.compare(named, concatBytes(this.#chunks)) === 0) return;
    const got = 'chunks with other octets than the region that tsgi.file names';
    this.#plan.violations.push({ rule: 'FILE-REGION', got });
  }

  *#runCallbacks(committed: boolean): Steps<void> {
    const failed = this.#fault !== undefined;
    const outcome: Outcome = {
      ...(committed ? { status: this.#start.code } : failed ? { status: 500 } : {}),
      bytesSent: this.#octets,
      aborted: this.#left || (failed && committed),
      ...(failed ? { error: this.#fault?.error } : {}),
    };
    for (const { returned, threw } of this.#finish.run(outcome)) {
      this.#note('finish', threw === undefined ? undefined : describeError(threw));
      if (isThenable(returned)) yield* this.#settleBriefly(returned);
    }
  }

  #conclude(committed: boolean, closing: Pick<Served, 'returnFault' | 'closeFault'>): Served {
    const failed = this.#fault !== undefined;
    const own = failed && !committed;
    const { request, log, violations, ownFaults } = this.#plan;
    return {
      request,
      environ: this.#environ,
      log,
      status: own ? '500 Internal Server Error' : this.#start.status,
      headers: own ? [] : this.#start.headers,
      chunks: own ? [] : this.#chunks,
      complete: !failed && !this.#left,
      ...(failed ? { fault: this.#fault?.error } : {}),
      left: this.#left,
      ...closing,
      consumed: this.#input.consumed,
      asynchronous: this.#asynchronous,
      given: { chunks: this.#given, headers: this.#givenHeaders },
      violations,
      ownFaults,
    };
  }

  #note(type: string, data?: string | number): void {
    this.#plan.log.append(this.#plan.side + type, data);
  }
}
