import type { Activity } from './activity.ts';
import type { ContentWatch } from './content-watch.ts';
import { describeValue } from './describe-value.ts';
import { type PullEvent, type PullState, PULLS } from './pull-state.ts';
import type { Reporter } from './reporter.ts';
import { inner, type Observation, outer } from './roles.ts';
import type { RuleId } from './rules.gen.ts';

/** What a body watch works with. */
export interface BodyContext {
  readonly reporter: Reporter;
  readonly content: ContentWatch;
  readonly activity: Activity;
  /** True for a body that is iterated asynchronously. */
  readonly async: boolean;
  /** True where the content was judged before it was iterated. */
  readonly judged: boolean;
  /** True once the client of an asynchronous request has left. */
  readonly left: () => boolean;
  /** What the inner side did to its environ since the last look. */
  readonly lookAtEnviron: () => readonly Observation[];
  /** Called when no more chunks will be asked for. */
  readonly onEnd: () => void;
  /** Called when nobody will touch the body any more. */
  readonly onClosed: () => void;
}

/** What the consumer does with one body, and in which order. */
export class BodyWatch {
  readonly #context: BodyContext;
  #state: PullState = 'fresh';
  #hasReturn = false;
  #exhausted = false;

  constructor(context: BodyContext) {
    this.#context = context;
  }

  get state(): PullState {
    return this.#state;
  }

  /** True where the iterator came to its end, also after the body was closed. */
  get exhausted(): boolean {
    return this.#exhausted;
  }

  /** True for a body that is iterated asynchronously. */
  get async(): boolean {
    return this.#context.async;
  }

  /** True where the iterator waits to be told that nobody wants the rest. */
  get abandoned(): boolean {
    return this.#hasReturn && (this.#state === 'open' || this.#state === 'pulling');
  }

  /** The consumer asks for an iterator. */
  iterate(): void {
    this.#context.reporter.raise(...this.#step('iterate', 'another iterator asked for'));
    this.#begin();
  }

  /** The inner side gave an iterator, or something in its place. */
  iterator(iterator: unknown): void {
    if (!isObject(iterator) || typeof Reflect.get(iterator, 'next') !== 'function') {
      this.#step('throw', '');
      const got = `${describeValue(iterator)} as the iterator`;
      this.#context.reporter.raise(inner('APP-RETURN', got));
      return;
    }
    this.#hasReturn = typeof Reflect.get(iterator, 'return') === 'function';
    this.#look('afterPull');
  }

  /** The consumer asks for a chunk. */
  next(): void {
    const found = [...this.#step('next', `next() in the state "${this.#state}"`)];
    if (this.#context.left()) {
      found.push(outer('ASYNC-ABANDON', 'next() after tsgi.signal was aborted'));
    }
    this.#context.reporter.raise(...found);
    this.#look('beforePull');
    this.#begin();
  }

  /** The inner side answered: an iterator result, or something in its place. */
  result(result: unknown): void {
    const over = this.#state !== 'pulling' && this.#state !== 'open';
    if (!isObject(result)) {
      this.#step('throw', '');
      const got = `${describeValue(result)} as the result of next()`;
      this.#context.reporter.raise(inner('APP-RETURN', got));
      return;
    }
    const done = Boolean(Reflect.get(result, 'done'));
    this.#step(done ? 'done' : 'yield', '');
    this.#exhausted ||= done;
    if (over) {
      return;
    }
    this.#look('afterPull');
    if (this.#context.judged) {
      return;
    }
    if (done) {
      this.#context.content.end();
      this.#context.reporter.raise(...this.#context.lookAtEnviron());
    } else {
      this.#context.content.chunk(Reflect.get(result, 'value'));
    }
  }

  /** To the consumer, the iterator or the attempt to make one has thrown. */
  threw(): void {
    this.#step('throw', '');
    this.#context.onEnd();
  }

  /** The consumer wants no more of the iterator. */
  returning(): void {
    this.#context.onEnd();
    this.#note(this.#step('return', `return() in the state "${this.#state}"`));
    this.#begin();
  }

  /** Runs the inner `close()` for the consumer, or does nothing where it ran before. */
  close(run: () => unknown): unknown {
    const before = this.#state;
    const steps = this.#step('close', `close() in the state "${before}"`);
    if (before === 'closed') {
      this.#note(steps);
      return undefined;
    }
    const order = this.#hasReturn ? steps : [];
    const found = [...order, ...this.#context.content.lookOuter()];
    this.#context.onEnd();
    this.#context.activity.begin();
    try {
      return run();
    } finally {
      this.#context.onClosed();
      const { content, lookAtEnviron } = this.#context;
      this.#note([...found, ...content.lookInner(), ...lookAtEnviron()]);
    }
  }

  /** The consumer calls what it may not. */
  disposing(name: string): void {
    this.#note([this.#outer('CLOSE-NODISPOSE', `a call of Symbol.${name}`)]);
  }

  // To pull from an Array runs no code of the application, so there is nothing to look for until
  // the body is closed.
  #begin(): void {
    if (!this.#context.judged) {
      this.#context.activity.begin();
    }
  }

  #look(when: 'beforePull' | 'afterPull'): void {
    if (!this.#context.judged) {
      this.#context.content[when]();
    }
  }

  #step(event: PullEvent, got: string): readonly Observation[] {
    const { next, broken } = PULLS[this.#state][event];
    this.#state = next;
    return broken === undefined ? [] : [this.#outer(broken, got)];
  }

  #outer(rule: RuleId, got: string): Observation {
    return { rule, side: 'outer', got, async: this.#context.async };
  }

  #note(found: readonly Observation[]): void {
    for (const observation of found) {
      this.#context.reporter.note(observation);
    }
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
