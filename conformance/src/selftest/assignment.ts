/** Rule 1: this is all that passes between the self-test and its worker processes. */
import type { Site } from '../engine/sites.ts';
import type { Outcome, SkipReason } from '../outcome.ts';

/** A suite against one adapter. */
export interface SuiteAssignment {
  readonly kind: 'suite';
  /** A path below the kit, with what the adapter is told behind a question mark. */
  readonly adapter: string;
  /** Ids of the checks to run; all of them where absent. */
  readonly checks?: readonly string[];
  readonly budget: number;
  /** Checks that are to wait in vain, so that they need not wait for long. */
  readonly vain?: readonly string[];
  /** The assertion that is taken out, if any. */
  readonly removed?: Site;
}

/** Single checks against one adapter, each without one assertion. */
export interface RemovalAssignment {
  readonly kind: 'removals';
  readonly adapter: string;
  readonly removals: readonly Removal[];
  readonly budget: number;
}

/** A check and the assertion that it has to do without. */
export interface Removal {
  readonly check: string;
  readonly removed: Site;
}

/** What a worker process is asked to do. */
export type Assignment = SuiteAssignment | RemovalAssignment;

/** What the self-test needs to know of a result. */
export interface SlimResult {
  readonly check: string;
  readonly outcome: Outcome;
  readonly reason?: SkipReason | undefined;
  readonly message?: string | undefined;
  readonly site?: Site | undefined;
}

/** What came of an assignment. */
export interface Answer {
  readonly results: readonly SlimResult[];
  /** Why nothing could be run at all. */
  readonly fault?: string;
  /** The assertions that were reached, here or beside it in the process, and not told of before. */
  readonly reached: readonly Site[];
}
