import { readFileSync } from 'node:fs';
import type { CheckResult } from '../engine/run-suite.ts';
import { ExpectedFailures } from '../expect/expected-failures.ts';
import { parseExpectations } from '../expect/parse-expectations.ts';
import type { Expectation } from '../expect/parse-expectations.ts';
import type { ReportedExpectations } from '../report/report.ts';
import { UsageError } from './command-error.ts';
import { relativePath } from './kit-place.ts';

/** A file of expected failures in use: each result is revised once, as it comes. */
export class ExpectationsFile {
  /** The file as it was read; empty where there is none. */
  readonly entries: readonly Expectation[];
  readonly #file: string | undefined;
  readonly #expected: ExpectedFailures;
  readonly #revised = new Map<string, CheckResult>();

  /** `known` are the ids of all checks. A file that cannot be read is the user's fault. */
  constructor(file: string | undefined, known: readonly string[]) {
    this.#file = file;
    this.entries = file === undefined ? [] : read(file);
    const today = new Date().toISOString().slice(0, 10);
    this.#expected = new ExpectedFailures(this.entries, { known, today });
  }

  /** How often a check runs at least. */
  readonly runsOf = (check: string): number => this.#expected.runsOf(check);

  /** Milliseconds after which a check has waited in vain, where that is expected. */
  readonly waitOf = (check: string): number | undefined => this.#expected.waitOf(check);

  /** What becomes of a result in the light of what was expected. */
  readonly revise = (result: CheckResult): CheckResult => {
    const revised = this.#revised.get(result.check) ?? this.#expected.revise(result);
    this.#revised.set(result.check, revised);
    return revised;
  };

  /** What a report says of the file; undefined where there is none. */
  get reported(): ReportedExpectations | undefined {
    if (this.#file === undefined) return undefined;
    return { file: relativePath(this.#file), faults: this.#expected.faults };
  }
}

function read(file: string): readonly Expectation[] {
  try {
    return parseExpectations(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--expect ${file}: ${error instanceof Error ? error.message : ''}`);
  }
}
