// Rule 1: every transition of a body, and the rule that a step out of order breaks, is in this
// table; nothing else changes the state.

import type { RuleId } from './rules.gen.ts';

/** `fresh`: no iterator was obtained. `pulling`: a call of `next()` has not come back. */
export type PullState =
  | 'fresh'
  | 'open'
  | 'pulling'
  | 'exhausted'
  | 'threw'
  | 'returned'
  | 'closed';

/** The consumer's calls are `iterate`, `next`, `return` and `close`; the others answer `next`. */
export type PullEvent = 'iterate' | 'next' | 'yield' | 'done' | 'throw' | 'return' | 'close';

/** Where an event leads, and the rule that the consumer breaks by it. */
interface PullStep {
  readonly next: PullState;
  readonly broken?: RuleId;
}

type Row = Readonly<Record<PullEvent, PullStep>>;

const stay = (next: PullState, broken?: RuleId): PullStep =>
  broken === undefined ? { next } : { next, broken };

// An iterator that is done, whichever way.
const over = (state: PullState): Row => {
  return {
    iterate: stay(state, 'BODY-ITERATE-ONCE'),
    next: stay(state, 'BODY-NEXT-AFTER-END'),
    yield: stay(state),
    done: stay(state),
    throw: stay(state),
    return: stay(state, 'CLOSE-RETURN-DONE'),
    close: { next: 'closed' },
  };
};

/** TSGI 1.0, "The pull loop" and "Cleanup", seen from the side of the body. */
export const PULLS: Readonly<Record<PullState, Row>> = {
  fresh: { ...over('fresh'), iterate: { next: 'open' }, throw: { next: 'threw' } },
  open: {
    iterate: stay('open', 'BODY-ITERATE-ONCE'),
    next: { next: 'pulling' },
    yield: stay('open'),
    done: { next: 'exhausted' },
    throw: { next: 'threw' },
    return: { next: 'returned' },
    close: { next: 'closed', broken: 'CLOSE-RETURN' },
  },
  pulling: {
    iterate: stay('pulling', 'BODY-ITERATE-ONCE'),
    next: stay('pulling', 'ASYNC-SEQ'),
    yield: { next: 'open' },
    done: { next: 'exhausted' },
    throw: { next: 'threw' },
    return: { next: 'returned' },
    close: { next: 'closed', broken: 'CLOSE-RETURN' },
  },
  exhausted: over('exhausted'),
  threw: over('threw'),
  returned: over('returned'),
  closed: {
    ...over('closed'),
    iterate: stay('closed', 'CLOSE-ORDER'),
    next: stay('closed', 'CLOSE-ORDER'),
    return: stay('closed', 'CLOSE-ORDER'),
    close: stay('closed', 'CLOSE-ONCE'),
  },
};
