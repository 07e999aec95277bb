import type { Profile } from '@tsgi/types';
import type { CheckId } from '../check.ts';
import type { Served } from '../memory/served.ts';
import { writeResponse } from '../memory/served.ts';
import { writeRequest } from '../memory/memory-request.ts';
import type { Assertions } from './assertions.ts';
import type { CheckRun } from './run-check.ts';

/** One check of an application or a middleware; it looks at what a session has served. */
export interface ModuleCheck<Session> {
  readonly id: CheckId;
  /** What a conforming module does, as a sentence in the present tense. */
  readonly title: string;
  /** The personalities of the strict server that the check looks at, by id. */
  readonly personalities: readonly string[];
  /** Where it is given, the check is about modules of this profile only. */
  readonly only?: Profile | undefined;
  readonly judge: (session: Session, bench: Bench) => Promise<void> | void;
}

/** What a check is given: assertions, and a place to lay down what they are about. */
export class Bench {
  readonly assert: Assertions;
  #evidence: readonly Served[] = [];

  constructor(assert: Assertions) {
    this.assert = assert;
  }

  /** The next assertions are about these requests; a failure shows them. */
  lookAt(...served: readonly Served[]): void {
    this.#evidence = served;
  }

  /** True where there was nothing to look at. */
  get idle(): boolean {
    return this.#evidence.length === 0;
  }

  /** Requests, responses and events of what was looked at last. */
  evidence(): Pick<CheckRun, 'wire' | 'events'> {
    const events = this.#evidence.flatMap(({ log }) => log.events);
    return {
      events: events.map((event, index) => Object.assign({}, event, { seq: index + 1 })),
      wire: this.#evidence.map((served) => ({
        sent: writeRequest(served.request),
        received: served.status === '' ? '' : writeResponse(served),
        end: endOf(served),
      })),
    };
  }
}

function endOf({ complete, left }: Served): string {
  if (complete) return 'complete';
  return left ? 'client left' : 'aborted';
}
