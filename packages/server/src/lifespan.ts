import { createTimeLimit, describe, TsgiError } from '@tsgi/core';
import type { Lifespan } from '@tsgi/types';

/** Checks what is to be a lifespan. Throws `ERR_TSGI_OPTION` naming the member that is wrong. */
export function checkLifespan(lifespan: unknown): asserts lifespan is Lifespan {
  if (typeof lifespan !== 'object' || lifespan === null) {
    throw new TsgiError('ERR_TSGI_OPTION', `lifespan: ${describe(lifespan)}, which is no object`);
  }
  const { startup, shutdown }: { startup?: unknown; shutdown?: unknown } = lifespan;
  for (const [name, hook] of Object.entries({ startup, shutdown })) {
    if (hook !== undefined && typeof hook !== 'function') {
      throw new TsgiError(
        'ERR_TSGI_OPTION',
        `lifespan.${name}: ${describe(hook)}, which is no function`,
      );
    }
  }
}

// As for environ: nothing is inherited.
function State(this: object): void {}
State.prototype = Object.create(null);
const StateObject = State as unknown as new () => Record<string, unknown>;

/** What one application keeps from its startup to its shutdown. */
export class Instance {
  /** `tsgi.state` of every request. */
  readonly state: Record<string, unknown> = new StateObject();
  readonly #lifespan: Lifespan;
  #serving = false;

  constructor(lifespan: Lifespan) {
    this.#lifespan = lifespan;
  }

  /** Rejects with what the startup throws; nothing is to be served then. */
  async start(): Promise<void> {
    await this.#lifespan.startup?.(this.state);
    this.#serving = true;
  }

  /**
   * Runs the shutdown, once, where the startup succeeded. Rejects with what it throws, or with
   * ERR_TSGI_CLEANUP_TIMEOUT after so many milliseconds.
   */
  async stop(timeout: number): Promise<void> {
    if (!this.#serving) {
      return;
    }
    this.#serving = false;
    const limit = createTimeLimit(timeout, globalThis);
    await limit(Promise.resolve(this.#lifespan.shutdown?.(this.state)));
  }
}
