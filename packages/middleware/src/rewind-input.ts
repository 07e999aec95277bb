import type { Environ, InputStream } from '@tsgi/types';
import { type BufferInputOptions, bufferInput } from './buffer-input.ts';
import { compose } from './compose.ts';
import { type EitherMiddleware, either } from './either.ts';
import { checkCount } from './option-error.ts';
import { StoredInput } from './stored-input.ts';

const DEFAULT_MEMORY = 1024 * 1024;

/** The entry of environ under which the way back stands. */
const REWIND = 'tsgi-middleware.rewind';

/**
 * Makes the request body readable more than once: `rewind(environ)` goes back to its first octet.
 * What has been read is kept, in memory up to `memory` octets, then in a temporary file. A body that
 * is still arriving is taken in first, as by `bufferInput`. Throws a TypeError for a wrong option.
 */
export function rewindInput(options: BufferInputOptions = {}): EitherMiddleware {
  const memory = options.memory ?? DEFAULT_MEMORY;
  checkCount('rewindInput', 'memory', memory);
  const keep = either((application) => (environ, startResponse) => {
    const source = environ['tsgi.input'];
    const stored = new StoredInput(memory, source);
    environ['tsgi.on_finish'](() => stored.close());
    environ['tsgi.input'] = stored;
    environ[REWIND] = () => stored.again();
    delete environ['tsgi.async_input'];
    return application(environ, startResponse);
  });
  return compose(bufferInput(options), keep);
}

/**
 * Puts an input into the environ that begins at the first octet of the request body. Throws a
 * TypeError where no `rewindInput` stands before the caller.
 */
export function rewind(environ: Environ): void {
  const again = environ[REWIND] as (() => InputStream) | undefined;
  if (again === undefined) {
    throw new TypeError('rewind: no rewindInput stands before this application');
  }
  environ['tsgi.input'] = again();
}
