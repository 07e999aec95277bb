/** Rule 1: the names of the files through which the kit and the probe application meet. */

/** Holds the run that was armed last, as JSON; the kit replaces it in one step. */
export const ARMED_FILE = 'armed.json';

/** Holds a run that is not over, as JSON. */
export function runFile(nonce: string): string {
  return `run-${nonce}.json`;
}

/** The event log of a run: one event in each line. */
export function eventsFile(nonce: string): string {
  return `events-${nonce}.ndjson`;
}

/** Exists once the gate is released. */
export function gateFile(nonce: string, gate: string): string {
  return `gate-${nonce}-${encodeURIComponent(gate)}`;
}
