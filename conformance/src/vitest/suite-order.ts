/** Rule 1: this is all that passes between a test file and the thread in which the kit runs. */
import type { MessagePort } from 'node:worker_threads';
import type { CheckResult, SuiteRun } from '../engine/run-suite.ts';
import type { Threshold } from '../engine/run-check.ts';
import type { Selection } from '../engine/select-checks.ts';

/** What the thread is started with. */
export interface SuiteOrder {
  /** The file URL of an adapter module, or the port behind which the test file serves one. */
  readonly adapter: string | MessagePort;
  readonly selection: Selection;
  readonly threshold: Threshold;
  /** Milliseconds for each check. */
  readonly budget: number;
  readonly repeat: number;
  /** The text of a file of expected failures. */
  readonly expectations: string | undefined;
}

/** From the thread to the test file. */
export type SuiteMessage =
  | { readonly kind: 'result'; readonly result: CheckResult }
  | { readonly kind: 'done'; readonly run: SuiteRun; readonly misfits: readonly string[] };
