// Rule 1: every transition of a response, and what a call in each state must lead to, is in this
// table; nothing else changes the state.

import type { RuleId } from './rules.gen.ts';

/** `failed`: startResponse was called, and what it was given broke a rule. */
export type StartState = 'unset' | 'failed' | 'set' | 'committed' | 'ended';

/** `start` and `replace` are calls of startResponse without and with an error. */
export type StartEvent = 'start' | 'replace' | 'commit' | 'end';

/** What a server has to do with a call that it must not take. */
export interface Refusal {
  /** What it throws: an error with this code, or the very value that was supplied. */
  readonly throws: string;
  /** The rule that the application breaks by calling, where it breaks one. */
  readonly misuse?: RuleId;
  /** The rule that the server breaks by taking the call. */
  readonly enforcedBy: RuleId;
}

/** What comes of an event in a state. */
export interface Expectation {
  /** The state after the event, or after a call whose arguments are valid. */
  readonly next: StartState;
  /** Where set, the call is refused whatever its arguments are. */
  readonly refusal?: Refusal;
}

/** Stands in `throws` for the value that startResponse was called with. */
export const SUPPLIED = 'the value supplied';

const already = (next: StartState, enforcedBy: RuleId): Expectation => {
  const throws = 'ERR_TSGI_ALREADY_STARTED';
  return { next, refusal: { throws, misuse: 'APP-SR-ONCE', enforcedBy } };
};
const set: Expectation = { next: 'set' };
const committed: Expectation = { next: 'committed' };
const ended: Expectation = { next: 'ended' };

/** TSGI 1.0, "startResponse": the states, seen from the side of the application. */
export const STARTS: Readonly<Record<StartState, Readonly<Record<StartEvent, Expectation>>>> = {
  unset: { start: set, replace: set, commit: { next: 'unset' }, end: ended },
  failed: {
    start: already('failed', 'SR-AFTER-FAILURE'),
    replace: set,
    commit: { next: 'failed' },
    end: ended,
  },
  set: { start: already('set', 'SR-TWICE'), replace: set, commit: committed, end: ended },
  committed: {
    start: already('committed', 'SR-TWICE'),
    replace: {
      next: 'committed',
      refusal: { throws: SUPPLIED, enforcedBy: 'SR-EXC-RETHROW' },
    },
    commit: committed,
    end: ended,
  },
  ended: {
    start: { next: 'ended', refusal: { throws: 'ERR_TSGI_ENDED', enforcedBy: 'SR-ENDED' } },
    replace: { next: 'ended', refusal: { throws: SUPPLIED, enforcedBy: 'SR-ENDED' } },
    commit: ended,
    end: ended,
  },
};
