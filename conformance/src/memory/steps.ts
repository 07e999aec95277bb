/** Rule 1: the server of the kit never waits by itself; whoever drives it decides how long. */

/** What a served request gives to its driver between two steps. */
export interface Step {
  /** To be settled before the next step; the outcome goes back into the generator. */
  readonly awaits?: PromiseLike<unknown>;
  /** What is waited for, in words. */
  readonly what?: string;
  /** True where the client would not wait for ever. */
  readonly brief?: boolean;
}

/** A request being served, step by step. */
export type Steps<Result> = Generator<Step, Result, unknown>;

/** Something did not settle within the time that there was. */
export class NotSettled extends Error {
  override readonly name: string = 'NotSettled';

  constructor(what: string) {
    super(`${what} did not settle`);
  }
}

/** How long is waited: milliseconds, upper bounds and nothing else. */
export interface Patience {
  readonly budget: number;
  readonly brief: number;
}

/** Runs to the end without a turn of the event loop; throws where something is to be awaited. */
export function runAtOnce<Result>(steps: Steps<Result>): Result {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    if (step.value.awaits !== undefined) throw new Error(`a wait for ${step.value.what ?? '?'}`);
  }
}

/** Runs to the end and awaits what is to be awaited. */
export async function runSteps<Result>(steps: Steps<Result>, patience: Patience): Promise<Result> {
  for (let step = steps.next(); ; ) {
    if (step.done === true) return step.value;
    step = await settleStep(steps, step.value, patience);
  }
}

/** Runs several requests in turn, one step of each at a time. */
export async function interleaveSteps<Result>(
  requests: readonly Steps<Result>[],
  patience: Patience,
): Promise<readonly Result[]> {
  const results = new Map<Steps<Result>, Result>();
  const begun = new Map<Steps<Result>, Step>();
  while (results.size < requests.length) {
    for (const steps of requests) {
      if (results.has(steps)) continue;
      const last = begun.get(steps);
      const step = last === undefined ? steps.next() : await settleStep(steps, last, patience);
      if (step.done === true) results.set(steps, step.value);
      else begun.set(steps, step.value);
    }
  }
  return requests.map((steps) => results.get(steps) as Result);
}

/** Turns of the event loop that are given after the time is over. */
const GRACE_TURNS = 50;

async function settleStep<Result>(
  steps: Steps<Result>,
  { awaits, what = 'a promise', brief = false }: Step,
  patience: Patience,
): Promise<IteratorResult<Step, Result>> {
  if (awaits === undefined) return steps.next();
  const expiry = new Expiry(brief ? patience.brief : patience.budget, what);
  let value: unknown;
  try {
    value = await Promise.race([awaits, expiry.over]);
  } catch (error) {
    return steps.throw(error);
  } finally {
    expiry.cancel();
  }
  return steps.next(value);
}

/**
 * The end of waiting. A machine that stood still lets the timer run out before everything that was
 * due meanwhile; so the loop gets its turns first.
 */
class Expiry {
  readonly over: Promise<never>;
  readonly #timer: NodeJS.Timeout;
  #cancelled = false;
  #end: () => void = ignore;

  constructor(ms: number, what: string) {
    this.over = new Promise((_resolve, reject) => {
      this.#end = () => reject(new NotSettled(what));
    });
    this.over.catch(() => undefined);
    this.#timer = setTimeout(() => void this.#giveTurns(), ms);
  }

  cancel(): void {
    this.#cancelled = true;
    clearTimeout(this.#timer);
  }

  async #giveTurns(): Promise<void> {
    for (let turn = 0; turn < GRACE_TURNS && !this.#cancelled; turn += 1) {
      await new Promise(setImmediate);
    }
    if (!this.#cancelled) this.#end();
  }
}

function ignore(): void {}
