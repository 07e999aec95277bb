import type { SessionData, SessionStore } from './session.ts';

interface Entry {
  /** JSON, so that nobody holds on to what is stored. */
  readonly data: string;
  /** Milliseconds of the clock. */
  readonly end: number;
}

/** How many sessions are held before those that have expired are dropped. */
const SWEEP_AT = 10_000;

/** Sessions in the memory of this process: gone when it ends, and not shared with another one. */
export function memorySessions(now: () => number = () => performance.now()): SessionStore {
  const entries = new Map<string, Entry>();
  let sweepAt = SWEEP_AT;
  return {
    get(key) {
      const entry = entries.get(key);
      return entry === undefined || entry.end <= now()
        ? undefined
        : (JSON.parse(entry.data) as SessionData);
    },
    set(key, data, seconds) {
      if (entries.size >= sweepAt) {
        sweep(entries, now());
        sweepAt = Math.max(SWEEP_AT, entries.size * 2);
      }
      entries.set(key, { data: JSON.stringify(data), end: now() + seconds * 1000 });
    },
    delete(key) {
      entries.delete(key);
    },
  };
}

function sweep(entries: Map<string, Entry>, time: number): void {
  for (const [key, { end }] of entries) {
    if (end <= time) {
      entries.delete(key);
    }
  }
}
