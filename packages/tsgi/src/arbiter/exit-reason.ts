import type { WorkerExit, WorkerProcess } from './worker-process.ts';

/** Says in one line how a worker ended that nobody had told to. */
export function describeExit(worker: WorkerProcess, { code, signal }: WorkerExit): string {
  if (worker.failure !== undefined) {
    return worker.failure.message;
  }
  if (worker.pid === 0) {
    return `worker ${worker.number} cannot be started: the system has no process to give`;
  }
  const how = signal === null ? `with code ${code}` : `by ${signal}`;
  const when =
    worker.readyAt === undefined
      ? 'before it served'
      : `after ${Math.round(worker.served / 1000)} s of service`;
  return `${nameWorker(worker)} ended ${how} ${when}`;
}

/** `worker 3 (process 4711)`. */
export function nameWorker({ number, pid }: Pick<WorkerProcess, 'number' | 'pid'>): string {
  return `worker ${number} (process ${pid})`;
}
