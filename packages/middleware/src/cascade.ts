import type {
  Application,
  AsyncApplication,
  AsyncBody,
  Body,
  Environ,
  StartResponse,
} from '@tsgi/types';
import { copyEnviron } from './copy-environ.ts';
import { statusCode } from './edit-start.ts';
import { HeldStart } from './held-start.ts';
import { optionError } from './option-error.ts';
import { isThenable, kindOfBody, mapResult, type Result } from './result.ts';

/** What makes `cascade` go on to the next application. */
export interface CascadeOptions {
  /** The status codes that mean "not mine", or a function that says so. Default 404 and 405. */
  readonly pass?: readonly number[] | ((status: number) => boolean);
}

const NOTHING = new Uint8Array(0);

/**
 * Asks applications in turn until one answers with another status than 404 or 405; the last one's
 * answer stands whatever it is. Each is called at most once for a request, with an environ of its
 * own; a request body that one of them has read is gone for the next, unless `rewindInput` stands
 * before. Throws a TypeError for an empty list.
 */
export function cascade(
  applications: readonly Application[],
  options?: CascadeOptions,
): Application;
export function cascade(
  applications: readonly AsyncApplication[],
  options?: CascadeOptions,
): AsyncApplication;
export function cascade(
  applications: readonly AsyncApplication[],
  { pass = [404, 405] }: CascadeOptions = {},
): AsyncApplication {
  if (applications.length === 0) {
    throw optionError('cascade', 'applications must not be empty;', '[]');
  }
  const isPassed = typeof pass === 'function' ? pass : (status: number) => pass.includes(status);
  return (environ, startResponse) =>
    ask({ applications, isPassed, environ, startResponse, index: 0 });
}

interface Question {
  readonly applications: readonly AsyncApplication[];
  readonly isPassed: (status: number) => boolean;
  readonly environ: Environ;
  readonly startResponse: StartResponse;
  /** Which application is asked. */
  readonly index: number;
}

function ask(question: Question): Result {
  const { applications, environ, startResponse, index } = question;
  const application = applications[index] as AsyncApplication;
  const own = copyEnviron(environ);
  if (index === applications.length - 1) {
    return application(own, startResponse);
  }
  delete own['tsgi.flush_headers'];
  const held = new HeldStart();
  const result = application(own, held.startResponse);
  return mapResult(result, (body) => decide(question, held, body) as Body | AsyncBody);
}

function decide(question: Question, held: HeldStart, body: Body | AsyncBody): Result {
  if (held.start === undefined && kindOfBody(body) !== undefined) {
    return undecided(question, held, body);
  }
  if (!passes(question, held)) {
    held.release(question.startResponse);
    return body;
  }
  const closing: unknown = body.close?.();
  return isThenable(closing)
    ? closing.then<Body | AsyncBody>(() => askNext(question))
    : askNext(question);
}

const askNext = (question: Question): Result => ask({ ...question, index: question.index + 1 });

function passes({ isPassed }: Question, { start }: HeldStart): boolean {
  return start !== undefined && isPassed(statusCode(start.status));
}

function undecided(question: Question, held: HeldStart, body: Body | AsyncBody): Body | AsyncBody {
  return question.environ['tsgi.async']
    ? new UndecidedAsyncBody(question, held, body)
    : new UndecidedBody(question, held, body as Body);
}

// The application starts its response when it is pulled: each pull of this body is one of its body,
// until it has said whether the request is its own.
class UndecidedBody implements Body {
  readonly #question: Question;
  #held: HeldStart | undefined;
  #body: Body;

  constructor(question: Question, held: HeldStart, body: Body) {
    this.#question = question;
    this.#held = held;
    this.#body = body;
  }

  [Symbol.iterator](): Iterator<Uint8Array> {
    let inner: Iterator<Uint8Array> | undefined = this.#body[Symbol.iterator]();
    return {
      next: () => {
        const step = inner === undefined ? undefined : inner.next();
        if (step === undefined) {
          inner = this.#body[Symbol.iterator]();
          return inner.next();
        }
        const held = this.#held;
        if (held?.start === undefined) {
          return step;
        }
        this.#held = undefined;
        if (!passes(this.#question, held)) {
          held.release(this.#question.startResponse);
          return step;
        }
        const passed = inner;
        inner = undefined;
        if (step.done !== true) {
          passed?.return?.();
        }
        this.#goOn();
        return { done: false, value: NOTHING };
      },
      return: () => {
        inner?.return?.();
        return { done: true, value: undefined };
      },
    };
  }

  #goOn(): void {
    const passed = this.#body;
    this.#body = [];
    passed.close?.();
    this.#body = askNext(this.#question) as Body;
  }

  close(): void {
    const body = this.#body;
    this.#body = [];
    body.close?.();
  }
}

class UndecidedAsyncBody implements AsyncBody {
  readonly #question: Question;
  readonly #held: HeldStart;
  #body: Body | AsyncBody;

  constructor(question: Question, held: HeldStart, body: Body | AsyncBody) {
    this.#question = question;
    this.#held = held;
    this.#body = body;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of this.#body) {
      if (passes(this.#question, this.#held)) {
        break;
      }
      this.#release();
      yield chunk;
    }
    if (!passes(this.#question, this.#held)) {
      this.#release();
      return;
    }
    const passed = this.#body;
    this.#body = [];
    await passed.close?.();
    this.#body = await askNext(this.#question);
    yield NOTHING;
    yield* this.#body;
  }

  #released = false;

  #release(): void {
    if (!this.#released && this.#held.start !== undefined) {
      this.#released = true;
      this.#held.release(this.#question.startResponse);
    }
  }

  async close(): Promise<void> {
    const body = this.#body;
    this.#body = [];
    await body.close?.();
  }
}
