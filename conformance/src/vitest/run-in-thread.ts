import { MessageChannel, Worker } from 'node:worker_threads';
import type { ServerAdapter } from '../target/adapter.ts';
import { serveAdapter } from '../target/host.ts';
import type { ResultBoard } from './result-board.ts';
import type { SuiteMessage, SuiteOrder } from './suite-order.ts';

const ENTRY = new URL('../../bin/suite-worker.mjs', import.meta.url);

/** What the kit is asked to do, but for who is judged. */
export type OpenOrder = Omit<SuiteOrder, 'adapter'>;

/**
 * Runs the server suite in a thread of its own and pins up its results. The server runs in another
 * thread where the adapter is a module, and right here where it is an object; then the checks that
 * block the server's thread block this one, and the kit goes on beside it. Returns how to end it.
 */
export function runInThread(
  adapter: ServerAdapter | URL,
  order: OpenOrder,
  board: ResultBoard,
): () => Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const isModule = adapter instanceof URL;
  const workerData: SuiteOrder = { ...order, adapter: isModule ? adapter.href : port2 };
  const worker = new Worker(ENTRY, {
    workerData,
    transferList: isModule ? [] : [port2],
    execArgv: [],
  });
  const fail = (fault: string): void => board.finish({ results: [], fault }, []);
  worker.on('message', (message: SuiteMessage) => {
    if (message.kind === 'result') board.pin(message.result);
    else board.finish(message.run, message.misfits);
  });
  worker.on('error', (error) => fail(`the kit ended with ${error.name}: ${error.message}`));
  worker.on('exit', (code) => fail(`the kit ended with exit code ${code}`));
  if (!isModule) void serveAdapter(() => ({ default: adapter }), port1);
  return async () => {
    port1.close();
    worker.removeAllListeners();
    await worker.terminate();
  };
}
