import type { Activity } from './activity.ts';
import { describeValue } from './describe-value.ts';
import { codeOf } from './error-code.ts';
import { HeaderSnapshot } from './header-snapshot.ts';
import type { Reporter } from './reporter.ts';
import { inner, type Observation, outer } from './roles.ts';
import type { RuleId } from './rules.gen.ts';
import {
  type CheckedStart,
  checkStart,
  type StartFacts,
  type StartFault,
} from './start-arguments.ts';
import {
  type Expectation,
  type Refusal,
  type StartState,
  STARTS,
  SUPPLIED,
} from './start-state.ts';

/** The startResponse of the outer side; what it is called with is the inner side's affair. */
export type OuterStart = (...call: readonly unknown[]) => unknown;

interface Call {
  readonly expected: Expectation;
  /** The third argument. */
  readonly error: unknown;
}

interface Rethrow {
  /** The error supplied. */
  readonly error: unknown;
  readonly enforcedBy: RuleId;
  readonly got: string;
}

type Ending = { readonly returned: unknown } | { readonly thrown: unknown };

/** startResponse between the two sides: what one passes, what the other makes of it. */
export class StartWatch {
  readonly #outer: OuterStart;
  readonly #reporter: Reporter;
  readonly #activity: Activity;
  #state: StartState = 'unset';
  #facts: StartFacts | undefined;
  #snapshot: HeaderSnapshot | undefined;
  #unanswered: { readonly error: unknown } | undefined;

  constructor(outerStart: OuterStart, reporter: Reporter, activity: Activity) {
    this.#outer = outerStart;
    this.#reporter = reporter;
    this.#activity = activity;
  }

  get state(): StartState {
    return this.#state;
  }

  /** Status and length in force; undefined where none are stored. */
  get facts(): StartFacts | undefined {
    return this.#facts;
  }

  /** Passes a call on, judges it and what came of it, and returns or throws what came of it. */
  call(args: readonly unknown[]): unknown {
    const [status, headers, error] = args;
    const expected = STARTS[this.#state][error === undefined ? 'start' : 'replace'];
    if (expected.refusal !== undefined) {
      return this.#refused(args, expected.refusal);
    }
    const checked = checkStart(status, headers);
    const snapshot =
      'facts' in checked ? new HeaderSnapshot(headers as readonly string[][]) : undefined;
    const before = this.#activity.count;
    const ending = this.#pass(args);
    this.#store(checked, ending, { expected, error });
    this.#snapshot = snapshot;
    if ('fault' in checked) {
      return this.#settle(ending, this.#judgeFault(checked.fault, ending));
    }
    const found = [...judgeValid(ending, error), ...this.#judgeList(before)];
    return this.#settle(ending, found);
  }

  /** Takes note of the commit. False where nothing is stored that could be committed. */
  commit(): boolean {
    this.#state = STARTS[this.#state].commit.next;
    return this.#state === 'committed' || this.#state === 'ended';
  }

  /** Takes note of the end of the response. */
  end(): void {
    this.#state = STARTS[this.#state].end.next;
  }

  /** What startResponse threw and nobody answered or let through, once; in words. */
  takeUnanswered(): string | undefined {
    const unanswered = this.#unanswered;
    this.#unanswered = undefined;
    return unanswered && describeValue(unanswered.error);
  }

  /** How the header list has changed since it was passed, once; in words. */
  takeDifference(): string | undefined {
    const difference = this.#snapshot?.difference();
    if (difference !== undefined) {
      this.#snapshot = undefined;
    }
    return difference;
  }

  // The outer side may have called the inner one again meanwhile, which shares its memory.
  #judgeList(before: number): readonly Observation[] {
    const difference = this.takeDifference();
    if (difference === undefined) {
      return [];
    }
    const alone = this.#activity.count === before;
    return [alone ? outer('SR-LIST-INTACT', difference) : inner('APP-HDR-KEEP', difference)];
  }

  #pass(args: readonly unknown[]): Ending {
    try {
      return { returned: this.#outer(...args) };
    } catch (thrown) {
      this.#unanswered = { error: thrown };
      return { thrown };
    }
  }

  #store(checked: CheckedStart, ending: Ending, { expected, error }: Call): void {
    this.#facts = undefined;
    if ('returned' in ending && 'facts' in checked) {
      this.#state = expected.next;
      this.#facts = checked.facts;
      this.#unanswered = undefined;
      return;
    }
    // Nobody tells the lint of a disconnect: that the response is over shows in what is thrown.
    const over =
      'thrown' in ending &&
      (codeOf(ending.thrown) === 'ERR_TSGI_ENDED' ||
        (error !== undefined && ending.thrown === error));
    this.#state = over ? 'ended' : 'failed';
  }

  #refused(args: readonly unknown[], { throws, misuse, enforcedBy }: Refusal): unknown {
    const ending = this.#pass(args);
    const supplied = throws === SUPPLIED;
    const got = `a call ${supplied ? 'with' : 'without'} an error in the state "${this.#state}"`;
    if (supplied) {
      return this.#settle(ending, this.#judgeRethrow(ending, { error: args[2], enforcedBy, got }));
    }
    const broken = misuse ?? (this.#facts && 'APP-SR-ONCE');
    const found = broken === undefined ? [] : [inner(broken, got)];
    const accepted = (): Observation => outer(enforcedBy, `${got} that returned`);
    return this.#settle(ending, [...found, ...this.#judgeThrow(throws, ending, accepted)]);
  }

  // A middleware that holds chunks back can still replace the response; then the length that was
  // given before says nothing about what has been yielded.
  #judgeRethrow(ending: Ending, { error, enforcedBy, got }: Rethrow): readonly Observation[] {
    if (this.#reporter.roles.outer === 'middleware') {
      if ('returned' in ending) {
        this.#facts = this.#facts && { status: this.#facts.status, contentLength: undefined };
        this.#unanswered = undefined;
      }
      return [];
    }
    const same = 'thrown' in ending && ending.thrown === error;
    return same ? [] : [outer(enforcedBy, `${got} that ${describeEnding(ending)}`)];
  }

  #judgeFault({ rule, enforcedBy, code, got }: StartFault, ending: Ending): readonly Observation[] {
    const cause = 'thrown' in ending ? ending.thrown : undefined;
    const accepted = (): Observation => outer(enforcedBy, `no error for ${got}`);
    return [inner(rule, got, cause), ...this.#judgeThrow(code, ending, accepted)];
  }

  // A middleware may hold the call back or throw on behalf of somebody else, so that what comes of
  // it here says nothing about it.
  #judgeThrow(code: string, ending: Ending, accepted: () => Observation): readonly Observation[] {
    if (this.#reporter.roles.outer === 'middleware') {
      return [];
    }
    if (!('thrown' in ending)) {
      return [accepted()];
    }
    const actual = codeOf(ending.thrown);
    if (actual === code || actual === 'ERR_TSGI_ENDED' || actual === 'ERR_TSGI_LINT') {
      return [];
    }
    const got = `${describeValue(ending.thrown)} in place of an error with the code ${code}`;
    return [outer(actual?.startsWith('ERR_TSGI_') ? 'SR-ORDER' : 'SR-CODE', got)];
  }

  #settle(ending: Ending, found: readonly Observation[]): unknown {
    try {
      this.#reporter.raise(...found);
    } catch (finding) {
      this.#unanswered = { error: finding };
      throw finding;
    }
    if ('thrown' in ending) {
      throw ending.thrown;
    }
    return ending.returned;
  }
}

function judgeValid(ending: Ending, error: unknown): readonly Observation[] {
  if ('thrown' in ending) {
    const early = codeOf(ending.thrown) === 'ERR_TSGI_ALREADY_STARTED';
    const replacing = error === null || error === false ? 'SR-ERROR-SUPPLIED' : 'SR-EXC-REPLACE';
    const got = `${describeValue(ending.thrown)} for a call that was in order`;
    return early ? [outer(error === undefined ? 'SR-LAZY' : replacing, got, ending.thrown)] : [];
  }
  return ending.returned === undefined ? [] : [outer('SR-RETURN', describeValue(ending.returned))];
}

function describeEnding(ending: Ending): string {
  return 'thrown' in ending ? `threw ${describeValue(ending.thrown)}` : 'returned';
}
