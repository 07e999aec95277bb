// Rule 1: every transition of a worker lives in this table.
// Rule 2: an event that a state does not list changes nothing: signals, messages and exits arrive
// in any order.
// Rule 3: `dead` is final, and only the exit of the process leads there.

/** What a worker process is doing. */
export type WorkerState =
  /** Forked; nothing was heard of it. */
  | 'spawning'
  /** It runs, and loads the application. */
  | 'booting'
  /** It serves. */
  | 'ready'
  /** It takes no more connections and ends what runs. */
  | 'draining'
  /** It was told to end at once. */
  | 'stopping'
  /** The process is gone. */
  | 'dead';

/** What can happen to a worker process. */
export type WorkerEvent = 'online' | 'ready' | 'drain' | 'kill' | 'exit';

/** What each event makes of each state. */
export const WORKER_TRANSITIONS: Readonly<
  Record<WorkerState, Readonly<Partial<Record<WorkerEvent, WorkerState>>>>
> = {
  // what does not serve yet has nothing to end
  spawning: { online: 'booting', drain: 'stopping', kill: 'stopping', exit: 'dead' },
  booting: { ready: 'ready', drain: 'stopping', kill: 'stopping', exit: 'dead' },
  ready: { drain: 'draining', kill: 'stopping', exit: 'dead' },
  draining: { kill: 'stopping', exit: 'dead' },
  stopping: { exit: 'dead' },
  dead: {},
};

/** The state after an event; the same one where the event means nothing to it. */
export function nextWorkerState(state: WorkerState, event: WorkerEvent): WorkerState {
  return WORKER_TRANSITIONS[state][event] ?? state;
}

/** The states in their order, for figures that name each of them. */
export const WORKER_STATES: readonly WorkerState[] = Object.keys(
  WORKER_TRANSITIONS,
) as WorkerState[];
