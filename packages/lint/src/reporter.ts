// Rule 1: what becomes of a finding is decided here: handed over, thrown, or logged.

import { LintError } from './finding.ts';
import { blameFor, nameRule, type Observation, type Roles } from './roles.ts';

/** How a lint judges and reports. */
export interface LintOptions {
  /**
   * Gets every finding; then the lint itself throws and logs nothing, and passes on what it was
   * given. Without it a broken MUST is thrown at whoever broke it, where throwing is possible
   * there, and everything else is logged to `tsgi.errors`.
   */
  readonly onFinding?: ((finding: LintError) => void) | undefined;
  /** What calls the lint; `server` unless given. A middleware may buffer, and has its own rules. */
  readonly outer?: 'server' | 'middleware' | undefined;
  /** What the lint wraps; `application` unless given. */
  readonly inner?: 'application' | 'middleware' | undefined;
}

/** Turns the observations of one request into findings. */
export class Reporter {
  readonly roles: Roles;
  readonly #onFinding: LintOptions['onFinding'];
  readonly #log: (text: string) => void;

  constructor(options: LintOptions, log: (text: string) => void) {
    this.roles = { outer: options.outer ?? 'server', inner: options.inner ?? 'application' };
    this.#onFinding = options.onFinding;
    this.#log = log;
  }

  /** Reports at a place where throwing would change what the protocol does next. */
  note(observation: Observation): void {
    this.#deliver(this.#find(observation));
  }

  /** Reports at the place of the fault: throws the first broken MUST unless findings are handed over. */
  raise(...observations: readonly Observation[]): void {
    let thrown: LintError | undefined;
    for (const observation of observations) {
      const finding = this.#find(observation);
      if (this.#onFinding === undefined && thrown === undefined && finding.level === 'MUST') {
        thrown = finding;
      } else {
        this.#deliver(finding);
      }
    }
    if (thrown !== undefined) {
      throw thrown;
    }
  }

  #find(observation: Observation): LintError {
    const rule = nameRule(observation, this.roles);
    const got =
      rule === observation.rule ? observation.got : `${observation.got} (${observation.rule})`;
    const blame = blameFor(observation.side, this.roles);
    return new LintError(rule, { blame, got, cause: observation.cause });
  }

  #deliver(finding: LintError): void {
    if (this.#onFinding === undefined) {
      this.#log(`${finding.message}\n`);
    } else {
      this.#onFinding(finding);
    }
  }
}
