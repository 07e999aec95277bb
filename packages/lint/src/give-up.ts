import { isThenable } from './result-kind.ts';

/**
 * Closes what an application returned and no server will get, since a finding is thrown in its
 * place; also the body that a promise may still bring. What that throws follows from the finding.
 */
export function giveUp(result: unknown): void {
  try {
    if (isThenable(result)) {
      result.then(giveUp, ignore);
    }
    const close: unknown = Reflect.get(Object(result), 'close');
    const closing: unknown = typeof close === 'function' ? Reflect.apply(close, result, []) : null;
    if (isThenable(closing)) {
      closing.then(ignore, ignore);
    }
  } catch {
    // See above.
  }
}

function ignore(): void {}
