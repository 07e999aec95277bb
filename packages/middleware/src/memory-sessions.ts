import { ExpiringMap } from './expiring-map.ts';
import type { SessionData, SessionStore } from './session.ts';

interface Entry {
  /** JSON, so that nobody holds on to what is stored. */
  readonly data: string;
  /** Milliseconds of the clock. */
  readonly end: number;
}

/** Sessions in the memory of this process: gone when it ends, and not shared with another one. */
export function memorySessions(now: () => number = () => performance.now()): SessionStore {
  const entries = new ExpiringMap<Entry>(now);
  return {
    get(key) {
      const entry = entries.get(key);
      return entry === undefined ? undefined : (JSON.parse(entry.data) as SessionData);
    },
    set(key, data, seconds, isNew) {
      if (!isNew && entries.get(key) === undefined) {
        return;
      }
      entries.set(key, { data: JSON.stringify(data), end: now() + seconds * 1000 });
    },
    delete(key) {
      entries.delete(key);
    },
  };
}
