import type { CheckResult } from '../engine/run-suite.ts';
import type { ModuleSelection } from '../engine/run-module-suite.ts';
import type { MemoryRequest } from '../memory/memory-request.ts';
import type { ModuleSuiteRun } from '../suites/application/run-application-suite.ts';

/** What the thread of a module under test is started with. */
export interface ModuleOrder {
  readonly kind: 'application' | 'middleware';
  /** The file URL of the module. */
  readonly url: string;
  readonly name: string;
  readonly selection: ModuleSelection;
  /** Milliseconds for everything that is waited for. */
  readonly budget: number;
  readonly requests?: readonly MemoryRequest[] | undefined;
}

/** From the thread to the kit. */
export type ModuleMessage =
  | { readonly kind: 'begun' }
  | { readonly kind: 'personality'; readonly id: string }
  | { readonly kind: 'check'; readonly id: string }
  | { readonly kind: 'result'; readonly result: CheckResult }
  | { readonly kind: 'done'; readonly run: ModuleSuiteRun }
  | { readonly kind: 'unusable'; readonly message: string };
