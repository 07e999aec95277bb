// Rule 1: every transition of a connection lives in this table; nothing else changes a state.
// Rule 2: each side has a state of its own; a cycle is over when both are done.
// Rule 3: this file knows neither octets nor events of one role; it knows what was read and sent.

import { Http1Error } from './errors.ts';

/**
 * One direction of a connection. `idle`: a head is due. `body`: the head has passed. `done`: the
 * message is complete. `closed`: nothing more passes. `broken`: what passed was no HTTP.
 */
export type DirectionState = 'idle' | 'body' | 'done' | 'closed' | 'broken';

/** What passes in one direction; `next-cycle` is both being done on a connection that is kept. */
export type DirectionEvent = 'interim' | 'head' | 'data' | 'end' | 'next-cycle' | 'close' | 'fault';

/** The state that each event leads to; an event that is missing is not allowed. */
export const DIRECTION_TRANSITIONS: Readonly<
  Record<DirectionState, Readonly<Partial<Record<DirectionEvent, DirectionState>>>>
> = {
  idle: { interim: 'idle', head: 'body', close: 'closed', fault: 'broken' },
  body: { data: 'body', end: 'done', close: 'broken', fault: 'broken' },
  done: { 'next-cycle': 'idle', close: 'closed', fault: 'broken' },
  closed: { close: 'closed', fault: 'broken' },
  broken: { close: 'broken', fault: 'broken' },
};

/** A state with the states that events lead to: the table as objects, which are quicker to follow. */
export type Direction = { readonly state: DirectionState } & {
  readonly [Event in DirectionEvent]: Direction | undefined;
};

type Draft = { -readonly [Key in keyof Direction]: Direction[Key] };

function link(): Readonly<Record<DirectionState, Direction>> {
  const states = Object.keys(DIRECTION_TRANSITIONS) as DirectionState[];
  const drafts = Object.fromEntries(states.map((state) => [state, draft(state)])) as Record<
    DirectionState,
    Draft
  >;
  for (const state of states) {
    for (const [event, next] of Object.entries(DIRECTION_TRANSITIONS[state])) {
      drafts[state][event as DirectionEvent] = drafts[next];
    }
  }
  return drafts;
}

function draft(state: DirectionState): Draft {
  return {
    state,
    interim: undefined,
    head: undefined,
    data: undefined,
    end: undefined,
    'next-cycle': undefined,
    close: undefined,
    fault: undefined,
  };
}

/** Each state of the table. */
export const DIRECTIONS: Readonly<Record<DirectionState, Direction>> = link();

/** Gives where an event led. Throws ERR_HTTP1_STATE where it led nowhere. */
export function allowed(
  next: Direction | undefined,
  from: Direction,
  event: DirectionEvent,
): Direction {
  if (next === undefined) {
    throw new Http1Error('ERR_HTTP1_STATE', `${event} while ${from.state}`);
  }
  return next;
}

/** Whether anything more can pass, on a connection that is kept after this cycle or is not. */
export function isOpen(state: DirectionState, kept: boolean): boolean {
  return state === 'idle' || state === 'body' || (state === 'done' && kept);
}
