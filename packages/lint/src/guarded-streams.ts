import type { ErrorStream } from '@tsgi/types';
import type { Reporter } from './reporter.ts';
import { inner, outer } from './roles.ts';
import type { RuleId } from './rules.gen.ts';

const ENDINGS: readonly string[] = ['close', 'end', 'destroy'];

/**
 * Gives a stand-in those methods of a stream that would end it. They report the call, and pass it
 * on where findings are handed over; a method that the stream lacks is lacking still.
 */
export function guardEndings<T extends object>(
  standIn: T,
  stream: object,
  { key, reporter }: { readonly key: string; readonly reporter: Reporter },
): T {
  for (const name of ENDINGS) {
    const method: unknown = Reflect.get(stream, name);
    if (typeof method === 'function') {
      Reflect.set(standIn, name, (...args: readonly unknown[]): unknown => {
        reporter.raise(inner('APP-INPUT-CLOSE', `a call of ${name}() of ${key}`));
        return Reflect.apply(method, stream, args);
      });
    }
  }
  return standIn;
}

/** `tsgi.errors` between the two sides: neither method throws. */
export function guardErrors(errors: ErrorStream, reporter: Reporter): ErrorStream {
  const guarded = (rule: RuleId, name: string, call: () => void): void => {
    try {
      call();
    } catch (error) {
      reporter.raise(outer(rule, `an error from ${name}()`, error));
      throw error;
    }
  };
  const standIn: ErrorStream = {
    write: (...args) => {
      guarded('ERR-WRITE', 'write', () => errors.write(...args));
    },
    flush: () => {
      guarded('ERR-FLUSH', 'flush', () => errors.flush());
    },
  };
  return guardEndings(standIn, errors, { key: 'tsgi.errors', reporter });
}
