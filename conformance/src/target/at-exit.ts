/** Rule 1: whatever must not outlive the kit is registered here, however the kit ends. */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const endings = new Set<() => void>();

/** Calls `end` when the process ends or is interrupted; the function returned takes that back. */
export function untilExit(end: () => void): () => void {
  if (endings.size === 0) attach();
  endings.add(end);
  return () => {
    if (endings.delete(end) && endings.size === 0) detach();
  };
}

function attach(): void {
  process.on('exit', endAll);
  for (const signal of SIGNALS) process.on(signal, interrupted);
}

function detach(): void {
  process.removeListener('exit', endAll);
  for (const signal of SIGNALS) process.removeListener(signal, interrupted);
}

function endAll(): void {
  for (const end of endings) {
    try {
      end();
    } catch {
      // the others must be ended all the same
    }
  }
  endings.clear();
}

function interrupted(signal: NodeJS.Signals): void {
  endAll();
  detach();
  process.kill(process.pid, signal);
}
