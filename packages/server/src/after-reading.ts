/**
 * Calls back when all that had come before is read. A thread that was busy, or a process that was not
 * run, finds its timers due before it has read what came meanwhile: one turn reads it, and over TLS
 * another one makes a request of it.
 */
export function afterReading(act: () => void): void {
  setImmediate(() => setImmediate(act));
}
