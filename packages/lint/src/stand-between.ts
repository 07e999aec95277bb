// Rule 1: which entries of environ the lint replaces by its own is decided here.

import type { Environ, ErrorStream, FileWrapper, InputStream } from '@tsgi/types';
import { AsyncInputWatch } from './async-input-watch.ts';
import { FileWrapperWatch } from './file-wrapper-watch.ts';
import { FinishWatch, type OuterFinish } from './finish-watch.ts';
import { parseLength } from './grammar.ts';
import { guardFlush } from './guard-flush.ts';
import { guardEndings, guardErrors } from './guarded-streams.ts';
import { hasMethods } from './has-methods.ts';
import { InputLength } from './input-length.ts';
import { InputLock } from './input-lock.ts';
import { type InputContext, InputWatch } from './input-watch.ts';
import type { Reporter } from './reporter.ts';
import type { StartWatch } from './start-watch.ts';

/** What the lint learns by standing between. */
export interface Between {
  readonly files: FileWrapperWatch;
  /** Undefined where environ has no usable `tsgi.on_finish`. */
  readonly finish: FinishWatch | undefined;
  /** What reading the request body threw, in words, where it did. */
  readonly inputFailure: () => string | undefined;
}

/** Replaces what can be used of environ by stand-ins that watch how it is used. */
export function standBetween(environ: object, reporter: Reporter, start: StartWatch): Between {
  const entries = environ as Partial<Environ>;
  const context = inputContext(entries, reporter);
  const failures = [watchInput(environ, context), watchAsyncInput(environ, context)];
  const errors: unknown = entries['tsgi.errors'];
  if (hasMethods(errors, 'write', 'flush')) {
    replace(environ, 'tsgi.errors', guardErrors(errors as ErrorStream, reporter));
  }
  const flush: unknown = entries['tsgi.flush_headers'];
  if (typeof flush === 'function') {
    replace(environ, 'tsgi.flush_headers', guardFlush(flush as () => void, reporter, start));
  }
  const files = new FileWrapperWatch();
  const wrapper: unknown = entries['tsgi.file_wrapper'];
  if (typeof wrapper === 'function') {
    replace(environ, 'tsgi.file_wrapper', files.wrap(wrapper as FileWrapper));
  }
  return {
    files,
    finish: watchFinish(environ, reporter),
    inputFailure: () =>
      failures.map((failure) => failure()).find((failure) => failure !== undefined),
  };
}

function inputContext(entries: Partial<Environ>, reporter: Reporter): InputContext {
  const length: unknown = entries.CONTENT_LENGTH;
  const async = entries['tsgi.async'] === true;
  return {
    reporter,
    lock: new InputLock(),
    length: new InputLength(reporter, typeof length === 'string' ? parseLength(length) : undefined),
    unbuffered: () => async && entries['tsgi.input_buffered'] === false,
  };
}

function watchInput(environ: object, context: InputContext): () => string | undefined {
  const input: unknown = Reflect.get(environ, 'tsgi.input');
  if (!hasMethods(input, 'read', Symbol.iterator)) {
    return () => undefined;
  }
  const watch = new InputWatch(input as InputStream, context);
  const guard = { key: 'tsgi.input', reporter: context.reporter };
  replace(environ, 'tsgi.input', guardEndings(watch, input, guard));
  return () => watch.failure;
}

function watchAsyncInput(environ: object, context: InputContext): () => string | undefined {
  const input: unknown = Reflect.get(environ, 'tsgi.async_input');
  if (!hasMethods(input, Symbol.asyncIterator)) {
    return () => undefined;
  }
  const watch = new AsyncInputWatch(input as AsyncIterable<Uint8Array>, context);
  replace(environ, 'tsgi.async_input', watch);
  return () => watch.failure;
}

function watchFinish(environ: object, reporter: Reporter): FinishWatch | undefined {
  const register: unknown = Reflect.get(environ, 'tsgi.on_finish');
  if (typeof register !== 'function') {
    return undefined;
  }
  const finish = new FinishWatch(register as OuterFinish, reporter);
  replace(environ, 'tsgi.on_finish', (...args: readonly unknown[]) => finish.register(args));
  return finish;
}

// What cannot be replaced has been reported as such, and is used as it is.
function replace(environ: object, key: string, value: unknown): void {
  Reflect.set(environ, key, value);
}
