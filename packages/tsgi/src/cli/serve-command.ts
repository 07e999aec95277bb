import { versions } from 'node:process';
import type { Resolved } from '../settings/resolved.ts';
import { workerCount } from '../settings/worker-count.ts';

/** Bun does not share sockets under node:cluster, and neither has a place to hand them over. */
const OTHER_RUNTIME = ['bun', 'deno'].find((name) => versions[name] !== undefined);

/**
 * Serves until a signal or `tsgi ctl shutdown` ends it, and gives the exit code. Rejects with a
 * CommandError where it cannot begin, or did not stop in order.
 */
export async function serveCommand(resolved: Resolved): Promise<number> {
  const { settings, origins } = resolved;
  if (OTHER_RUNTIME === undefined && workerCount(settings) > 0) {
    const { serveWithWorkers } = await import('../arbiter/serve-with-workers.ts');
    return serveWithWorkers(resolved);
  }
  if (OTHER_RUNTIME !== undefined && origins.workers.source !== 'default') {
    process.stderr.write(
      `tsgi: warning: workers need Node.js; ${OTHER_RUNTIME} serves in one process\n`,
    );
  }
  const { serveInProcess } = await import('../arbiter/serve-in-process.ts');
  return serveInProcess(resolved);
}
