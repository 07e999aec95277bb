/**
 * Rule 1: this side loads and calls the module under test, in a thread of its own, so that neither
 * an endless loop nor an uncaught exception of the module can stop the kit.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { runApplicationSuite } from '../suites/application/run-application-suite.ts';
import type {
  ModuleSuiteOptions,
  ModuleSuiteRun,
} from '../suites/application/run-application-suite.ts';
import { runMiddlewareSuite } from '../suites/middleware/run-middleware-suite.ts';
import { loadApplication, loadMiddleware, ModuleUnusable } from './load-module.ts';
import type { ModuleMessage, ModuleOrder } from './module-messages.ts';

/** Judges the module that the thread was started for, and tells how far it is. */
export async function serveModule(): Promise<void> {
  const order = workerData as ModuleOrder;
  send({ kind: 'begun' });
  try {
    send({ kind: 'done', run: await judge(order) });
  } catch (error) {
    if (!(error instanceof ModuleUnusable)) throw error;
    send({ kind: 'unusable', message: error.message });
  }
}

async function judge({
  kind,
  url,
  name,
  selection,
  budget,
  requests,
}: ModuleOrder): Promise<ModuleSuiteRun> {
  const options: ModuleSuiteOptions = {
    ...selection,
    name,
    budget,
    requests,
    onCheck: (id) => send({ kind: 'check', id }),
    onPersonality: (id) => send({ kind: 'personality', id }),
    onResult: (result) => send({ kind: 'result', result }),
  };
  return kind === 'application'
    ? runApplicationSuite({ ...options, ...(await loadApplication(url)) })
    : runMiddlewareSuite({ ...options, ...(await loadMiddleware(url)) });
}

function send(message: ModuleMessage): void {
  parentPort?.postMessage(message, []);
}
