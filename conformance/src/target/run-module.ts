import { Worker } from 'node:worker_threads';
import { PatientTimer } from '../engine/patient-timer.ts';
import type { CheckResult, SuiteRun } from '../engine/run-suite.ts';
import type { ModuleCheck } from '../engine/module-check.ts';
import { isSelected } from '../engine/run-module-suite.ts';
import { ruleOfCheck } from '../rules.ts';
import { applicationSuite } from '../suites/application/suite.ts';
import { middlewareSuite } from '../suites/middleware/suite.ts';
import type { ModuleMessage, ModuleOrder } from './module-messages.ts';

const ENTRY = new URL('../../bin/module-worker.mjs', import.meta.url);

/** Any check of a module, whatever it looks at. */
export type AnyModuleCheck = Pick<ModuleCheck<never>, 'id' | 'title' | 'personalities' | 'only'>;

/** Every check of one kind of module. */
export function suiteOf(kind: ModuleOrder['kind']): readonly AnyModuleCheck[] {
  return kind === 'application' ? applicationSuite : middlewareSuite;
}

/**
 * Judges a module in a thread of its own. Where it cannot be loaded, ends the thread or does not
 * come back, the run has a fault, and what was not decided by then is not run.
 */
export async function runModule(
  order: ModuleOrder,
  onResult: (result: CheckResult) => void = () => undefined,
): Promise<SuiteRun> {
  const watch = new ModuleThread(order, onResult);
  return watch.ended;
}

/** How many budgets without a sign of life are taken for the end. */
const PATIENCE = 3;

/** Milliseconds for the thread itself, before anything of the module is loaded. */
const STARTING = 30_000;

class ModuleThread {
  readonly ended: Promise<SuiteRun>;
  readonly #order: ModuleOrder;
  readonly #onResult: (result: CheckResult) => void;
  readonly #results: CheckResult[] = [];
  readonly #worker: Worker;
  #settle: (run: SuiteRun) => void = () => undefined;
  #timer: PatientTimer | undefined;
  #doing = 'the thread to begin';

  constructor(order: ModuleOrder, onResult: (result: CheckResult) => void) {
    this.#order = order;
    this.#onResult = onResult;
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#worker = new Worker(ENTRY, { workerData: order, stdout: true, stderr: true });
    this.#worker.on('message', (message: ModuleMessage) => this.#take(message));
    this.#worker.on('error', (error) => this.#fail(`uncaught ${error.name}: ${error.message}`));
    this.#worker.on('exit', (code) => this.#fail(`the thread ended with exit code ${code}`));
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) stream.resume();
    this.#expect(STARTING);
  }

  #expect(ms: number): void {
    this.#timer?.clear();
    this.#timer = new PatientTimer(ms, () => {
      this.#fail(`waited ${ms} ms in vain for ${this.#doing}`);
    });
  }

  #take(message: ModuleMessage): void {
    this.#expect(this.#order.budget * PATIENCE);
    if (message.kind === 'done') this.#end(message.run);
    else if (message.kind === 'unusable') this.#fail(message.message);
    else if (message.kind === 'begun') this.#doing = 'the module to load';
    else if (message.kind === 'check') this.#doing = `the check ${message.id}`;
    else if (message.kind === 'personality') this.#doing = `the answers under ${message.id}`;
    else {
      this.#results.push(message.result);
      this.#onResult(message.result);
    }
  }

  #fail(fault: string): void {
    const { kind, name, selection } = this.#order;
    const decided = new Set(this.#results.map(({ check }) => check));
    const rest = suiteOf(kind)
      .filter(({ id }) => !decided.has(id))
      .map((check) => leaveOut(check, isSelected(check, selection)));
    const meta = { name, version: 'unknown' };
    this.#end({ meta, results: [...this.#results, ...rest], fault });
  }

  #end(run: SuiteRun): void {
    this.#timer?.clear();
    this.#settle(run);
    void this.#worker.terminate();
  }
}

function leaveOut({ id, title }: AnyModuleCheck, wasAsked: boolean): CheckResult {
  const rule = ruleOfCheck(id);
  return wasAsked
    ? { check: id, rule, title, outcome: 'notrun' }
    : { check: id, rule, title, outcome: 'skip', reason: 'filtered' };
}
