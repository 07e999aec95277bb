import { parentPort, workerData } from 'node:worker_threads';
import { runSuite } from '../engine/run-suite.ts';
import { selectChecks } from '../engine/select-checks.ts';
import { ExpectedFailures } from '../expect/expected-failures.ts';
import { parseExpectations } from '../expect/parse-expectations.ts';
import { serverSuite } from '../suites/server/suite.ts';
import { TargetHost } from '../target/target-host.ts';
import type { SuiteMessage, SuiteOrder } from './suite-order.ts';

/** Runs the suite that the thread was started for, beside the test file, and tells how far it is. */
export async function serveSuite(): Promise<void> {
  const { adapter, selection, threshold, budget, repeat, expectations } = workerData as SuiteOrder;
  const known = serverSuite.map(({ id }) => id);
  const today = new Date().toISOString().slice(0, 10);
  const expected = new ExpectedFailures(parseExpectations(expectations ?? ''), { known, today });
  const run = await runSuite(selectChecks(serverSuite, selection), {
    openTarget: () => new TargetHost(adapter),
    threshold,
    budget,
    repeat,
    runsOf: (check) => expected.runsOf(check),
    waitOf: (check) => expected.waitOf(check),
    revise: (result) => expected.revise(result),
    onResult: (result) => send({ kind: 'result', result }),
  });
  send({ kind: 'done', run, misfits: expected.faults });
}

function send(message: SuiteMessage): void {
  parentPort?.postMessage(message, []);
}
