import type { Outcome } from '@tsgi/types';
import { describeValue } from './describe-value.ts';
import { codeOf } from './error-code.ts';
import type { Reporter } from './reporter.ts';
import { outer } from './roles.ts';
import type { RuleId } from './rules.gen.ts';

/** The `tsgi.on_finish` of the outer side; what it is called with is the inner side's affair. */
export type OuterFinish = (...args: readonly unknown[]) => unknown;

interface Registration {
  /** True where it was registered while callbacks ran. */
  readonly late: boolean;
  ran: boolean;
}

/** `tsgi.on_finish` between the two sides: who registers, what runs, in which order. */
export class FinishWatch {
  readonly #register: OuterFinish;
  readonly #reporter: Reporter;
  readonly #registrations: Registration[] = [];
  #running = false;
  #finished = false;
  #disordered = false;

  constructor(register: OuterFinish, reporter: Reporter) {
    this.#register = register;
    this.#reporter = reporter;
  }

  /** Registers the lint's own callback. Called first, it runs last of those that this watch sees. */
  arm(atEnd: (outcome: Partial<Outcome>) => void): void {
    try {
      this.#register((outcome: unknown) => {
        this.#judgeOutcome(outcome);
        this.#finish();
        atEnd(faultOf(outcome) === undefined ? (outcome as Outcome) : {});
      });
    } catch (error) {
      this.#reporter.raise(outer('FINISH-ALWAYS', 'an error at the registration', error));
    }
  }

  /** Passes a registration on, and judges what comes of it. */
  register(args: readonly unknown[]): unknown {
    const [callback, ...rest] = args;
    if (typeof callback !== 'function') {
      return this.#refuse(args);
    }
    const registration: Registration = { late: this.#running, ran: false };
    const result = this.#register(
      (...outcome: readonly unknown[]): unknown => {
        this.#run(registration, outcome[0]);
        return Reflect.apply(callback, undefined, outcome);
      },
      ...rest,
    );
    this.#registrations.push(registration);
    return result;
  }

  #refuse(args: readonly unknown[]): unknown {
    let result: unknown;
    try {
      result = this.#register(...args);
    } catch (error) {
      if (codeOf(error) !== 'ERR_TSGI_CALLBACK') {
        this.#raise('FINISH-FUNCTION', `${describeValue(error)} for ${describeValue(args[0])}`);
      }
      throw error;
    }
    this.#raise('FINISH-FUNCTION', `no error for ${describeValue(args[0])}`);
    return result;
  }

  #run(registration: Registration, outcome: unknown): void {
    if (registration.ran) {
      this.#note('FINISH-ALWAYS', 'a second call of one callback');
      return;
    }
    registration.ran = true;
    this.#judgeOutcome(outcome);
    const later = this.#registrations.slice(this.#registrations.indexOf(registration) + 1);
    if (later.some(({ ran, late }) => !ran && !late)) {
      this.#noteOrder();
    }
  }

  #finish(): void {
    if (this.#finished) {
      this.#note('FINISH-ALWAYS', 'a second call of one callback');
      return;
    }
    this.#finished = true;
    const waiting = this.#registrations.filter(({ ran }) => !ran);
    if (waiting.some(({ late }) => !late)) {
      this.#noteOrder();
    } else if (waiting.length > 0) {
      this.#note('FINISH-LATE', 'no call of a callback that was registered while callbacks ran');
    }
  }

  #noteOrder(): void {
    if (!this.#disordered) {
      this.#disordered = true;
      this.#note('FINISH-ORDER', 'a callback before one that was registered after it');
    }
  }

  #judgeOutcome(outcome: unknown): void {
    if (this.#running) {
      return;
    }
    this.#running = true;
    const fault = faultOf(outcome);
    if (fault !== undefined) {
      this.#note('FINISH-OUTCOME', fault);
    }
  }

  #raise(rule: RuleId, got: string): void {
    this.#reporter.raise(outer(rule, got));
  }

  #note(rule: RuleId, got: string): void {
    this.#reporter.note(outer(rule, got));
  }
}

function faultOf(outcome: unknown): string | undefined {
  if (typeof outcome !== 'object' || outcome === null) {
    return `${describeValue(outcome)} as the outcome`;
  }
  const { status, bytesSent, aborted }: Partial<Record<keyof Outcome, unknown>> = outcome;
  if (status !== undefined && !(Number.isInteger(status) && Number(status) >= 200)) {
    return `${describeValue(status)} as the status of the outcome`;
  }
  if (!(Number.isSafeInteger(bytesSent) && Number(bytesSent) >= 0)) {
    return `${describeValue(bytesSent)} as the bytesSent of the outcome`;
  }
  return typeof aborted === 'boolean'
    ? undefined
    : `${describeValue(aborted)} as the aborted of the outcome`;
}
