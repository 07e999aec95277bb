import { codeOf } from './error-code.ts';
import type { Reporter } from './reporter.ts';
import { outer } from './roles.ts';
import type { RuleId } from './rules.gen.ts';
import type { StartState } from './start-state.ts';
import type { StartWatch } from './start-watch.ts';

// The rule that a flush which throws breaks, where it does.
const FLUSHES: Readonly<Record<StartState, RuleId>> = {
  unset: 'FLUSH-UNSET',
  failed: 'FLUSH-UNSET',
  set: 'FLUSH-COMMIT',
  committed: 'FLUSH-AGAIN',
  ended: 'FLUSH-AGAIN',
};

/** `tsgi.flush_headers` between the two sides: it commits what is set, and throws where nothing is. */
export function guardFlush(flush: () => void, reporter: Reporter, start: StartWatch): () => void {
  return () => {
    const { state } = start;
    const empty = state === 'unset' || state === 'failed';
    try {
      flush();
    } catch (error) {
      if (!(empty && codeOf(error) === 'ERR_TSGI_NOT_STARTED')) {
        reporter.raise(outer(FLUSHES[state], `an error in the state "${state}"`, error));
      }
      throw error;
    }
    if (empty) {
      reporter.raise(outer('FLUSH-UNSET', `no error in the state "${state}"`));
    }
    start.commit();
  };
}
