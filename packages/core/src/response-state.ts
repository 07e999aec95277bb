// Rule 1: every transition of a response lives in this table; nothing else changes its state.
// Rule 2: an event that is not valid input goes to `invalid`, never to `next`.

import type { ErrorCode } from './errors.ts';

/** `failed`: startResponse was called, and what it was given broke a rule. */
export type ResponseState = 'unset' | 'failed' | 'set' | 'committed' | 'ended';

/**
 * `start` and `replace` are calls of startResponse without and with an error; `flush` is a call of
 * `tsgi.flush_headers`.
 */
export type ResponseEvent = 'start' | 'replace' | 'flush' | 'commit' | 'end';

/** Where an event leads, or what it throws; `given` is the error that startResponse was called with. */
export type Transition =
  | {
      /** The state afterwards. */
      readonly next: ResponseState;
      /** The state afterwards where startResponse was given what breaks a rule. */
      readonly invalid: ResponseState;
    }
  | {
      /** The code of the error, or `given` for that very value; the state stays as it is. */
      readonly throws: ErrorCode | 'given';
    };

const set: Transition = { next: 'set', invalid: 'failed' };
const committed: Transition = { next: 'committed', invalid: 'committed' };
const ended: Transition = { next: 'ended', invalid: 'ended' };
const alreadyStarted: Transition = { throws: 'ERR_TSGI_ALREADY_STARTED' };
const notStarted: Transition = { throws: 'ERR_TSGI_NOT_STARTED' };
const over: Transition = { throws: 'ERR_TSGI_ENDED' };
const given: Transition = { throws: 'given' };

/** TSGI 1.0, "startResponse": the state machine of one response. */
export const TRANSITIONS: Readonly<
  Record<ResponseState, Readonly<Record<ResponseEvent, Transition>>>
> = {
  unset: { start: set, replace: set, flush: notStarted, commit: notStarted, end: ended },
  failed: {
    start: alreadyStarted,
    replace: set,
    flush: notStarted,
    commit: notStarted,
    end: ended,
  },
  set: { start: alreadyStarted, replace: set, flush: committed, commit: committed, end: ended },
  committed: {
    start: alreadyStarted,
    replace: given,
    flush: committed,
    commit: committed,
    end: ended,
  },
  ended: { start: over, replace: given, flush: ended, commit: over, end: ended },
};

/** A state with what each event does: the table as objects, which are quicker to follow. */
export interface ResponseNode extends Readonly<Record<ResponseEvent, Step>> {
  readonly state: ResponseState;
}

/** What an event does; where `throws` is set, it leads nowhere. */
export interface Step {
  readonly next: ResponseNode;
  readonly invalid: ResponseNode;
  readonly throws: ErrorCode | 'given' | undefined;
}

function link(): Readonly<Record<ResponseState, ResponseNode>> {
  const states = Object.keys(TRANSITIONS) as ResponseState[];
  const nodes = Object.fromEntries(states.map((state) => [state, { state }])) as Record<
    ResponseState,
    ResponseNode
  >;
  for (const node of Object.values(nodes)) {
    const steps = Object.entries(TRANSITIONS[node.state]).map(([event, to]) => {
      const step: Step =
        'next' in to
          ? { next: nodes[to.next], invalid: nodes[to.invalid], throws: undefined }
          : { next: node, invalid: node, throws: to.throws };
      return [event, step];
    });
    Object.assign(node, Object.fromEntries(steps));
  }
  return nodes;
}

/** Each state of the table. */
export const RESPONSE_STATES: Readonly<Record<ResponseState, ResponseNode>> = link();
