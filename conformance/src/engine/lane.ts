import type { ServerCheck } from '../check.ts';
import type { Capability } from '../outcome.ts';
import type { AdapterMeta } from '../target/adapter.ts';
import type { Target } from '../target/target.ts';
import { runCheck } from './run-check.ts';
import type { CheckRun, RunSettings } from './run-check.ts';

/** How many checks in a row may lose the server thread before the rest of a suite is not run. */
const MAX_LOSSES = 5;

/** How the checks of a lane are to be run. */
export interface LaneOptions extends RunSettings {
  /** A new target; asked for again when one is lost. */
  readonly openTarget: () => Target;
  /** How often each check runs. */
  readonly repeat: number;
  /** How often a check runs at least; once where absent. */
  readonly runsOf?: (check: string) => number;
  /** Milliseconds after which a check has waited in vain; its budget where absent. */
  readonly waitOf?: (check: string) => number | undefined;
}

/** Where checks run one after the other; several of them may wait for the end of one server. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #isAwaited: () => boolean;
  #host: Target;
  #losses = 0;
  /** True where no check follows that could share the end of a server. */
  #isLast = false;

  constructor(options: LaneOptions, isAwaited: () => boolean) {
    this.#options = options;
    this.#isAwaited = isAwaited;
    this.#host = options.openTarget();
  }

  get meta(): AdapterMeta {
    return this.#host.meta;
  }

  /** What the target says of a capability. */
  claimOf(name: Capability): boolean | undefined {
    return this.#host.capabilities[name];
  }

  async begin(): Promise<void> {
    await this.#host.ready(this.#options.budget * 3);
  }

  async end(): Promise<void> {
    await this.#host.terminate();
  }

  /** Nobody waits any longer for checks that could share the end of a server. */
  flush(): void {
    this.#host.flush?.();
  }

  /** From now on every server is ended as soon as a check asks for it. */
  finish(): void {
    this.#isLast = true;
    this.flush();
  }

  /** Runs a check as often as it is asked for; undefined once too many threads were lost. */
  async run(check: ServerCheck, onPark: () => void): Promise<readonly CheckRun[] | undefined> {
    const { repeat, runsOf, waitOf } = this.#options;
    const settings = {
      ...this.#options,
      wait: waitOf?.(check.id),
      onPark: () => {
        onPark();
        this.#flushInHaste();
      },
    };
    const runs: CheckRun[] = [];
    const rounds = Math.max(repeat, runsOf?.(check.id) ?? 1);
    for (let round = 0; round < rounds; round += 1) {
      if (!(await this.#revive())) return undefined;
      const run = await runCheck(check, this.#host, settings);
      // No verdict has been reached: who shares a server that has come to harm is heard alone.
      const isVoid = run.disturbed === true && (await this.#revive());
      runs.push(isVoid ? await runCheck(check, this.#host, { ...settings, alone: true }) : run);
      // A server that this check has left may be one at which another waits.
      this.#flushInHaste();
    }
    return runs;
  }

  /** Ends the servers that nobody uses now, where nobody else is to come or somebody needs a result. */
  #flushInHaste(): void {
    if (this.#isLast || this.#isAwaited()) this.flush();
  }

  /** Makes sure that there is a server thread; false once too many were lost. */
  async #revive(): Promise<boolean> {
    if (this.#host.alive) {
      this.#losses = 0;
      return true;
    }
    this.#losses += 1;
    if (this.#losses > MAX_LOSSES) return false;
    await this.#host.terminate();
    this.#host = this.#options.openTarget();
    try {
      await this.begin();
      return true;
    } catch {
      return false;
    }
  }
}
