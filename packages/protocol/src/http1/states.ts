// Rule 1: every transition of a connection lives in this table; nothing else changes a state.
// Rule 2: each side has a state of its own; a cycle is over when both are done.
// Rule 3: this file knows neither octets nor events of one role; it knows what was read and sent.

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

/** The state after an event; undefined where the event is not allowed. */
export function nextState(
  state: DirectionState,
  event: DirectionEvent,
): DirectionState | undefined {
  return DIRECTION_TRANSITIONS[state][event];
}

/** Whether anything more can pass, on a connection that is kept after this cycle or is not. */
export function isOpen(state: DirectionState, kept: boolean): boolean {
  return state === 'idle' || state === 'body' || (state === 'done' && kept);
}
