import type { Service } from '../control/service.ts';

/**
 * A second signal that follows so soon is the first one again: a terminal sends it to the whole
 * group, and package managers and service managers send their own besides. In milliseconds.
 */
const SAME_SIGNAL = 500;

/**
 * Lets a service obey the signals of operators. SIGTERM and SIGINT drain it, a second one and
 * SIGQUIT end it at once; SIGHUP reloads; SIGTTIN and SIGTTOU add and remove a worker. Gives what
 * makes it deaf to them, for a process that is about to end with an exit code of its own.
 */
export function obeySignals(service: Service): () => void {
  let drainedAt: number | undefined;
  let isDeaf = false;
  const stop = (): void => {
    if (drainedAt === undefined) {
      drainedAt = performance.now();
      service.shutdown(false);
    } else if (performance.now() - drainedAt > SAME_SIGNAL) {
      service.shutdown(true);
    }
  };
  const listeners: ReadonlyArray<readonly [NodeJS.Signals, () => void]> = [
    ['SIGTERM', stop],
    ['SIGINT', stop],
    ['SIGQUIT', () => service.shutdown(true)],
    ['SIGHUP', () => void service.reload()],
    ['SIGTTIN', () => service.add()],
    ['SIGTTOU', () => service.remove()],
  ];
  for (const [signal, listener] of listeners) {
    process.on(signal, () => {
      if (!isDeaf) {
        listener();
      }
    });
  }
  return () => {
    isDeaf = true;
  };
}
