import type { AsyncApplication, Body, Environ, StartResponse } from '@tsgi/types';
import { type EitherMiddleware, either } from './either.ts';
import { checkCount } from './option-error.ts';
import { ownAnswer } from './own-answer.ts';
import { StoredInput } from './stored-input.ts';

/** How `bufferInput` keeps a body. */
export interface BufferInputOptions {
  /** The largest body in octets; a larger one is answered with 413. Default 64 MiB. */
  readonly maxSize?: number;
  /** Octets kept in memory; a larger body goes to a temporary file. Default 1 MiB. */
  readonly memory?: number;
}

/** Its defaults, in octets. */
export const BUFFER_INPUT_DEFAULTS: Required<BufferInputOptions> = {
  maxSize: 64 * 1024 * 1024,
  memory: 1024 * 1024,
};

/**
 * Takes in the whole request body before the application is called, so that `tsgi.input` can be
 * read without waiting. A body that the server has buffered is left as it is.
 * Throws a TypeError for a wrong option.
 */
export function bufferInput(options: BufferInputOptions = {}): EitherMiddleware {
  const settings = { ...BUFFER_INPUT_DEFAULTS, ...options };
  checkCount('bufferInput', 'maxSize', settings.maxSize);
  checkCount('bufferInput', 'memory', settings.memory);
  return either((application) => (environ, startResponse) => {
    if (environ['tsgi.input_buffered']) {
      return application(environ, startResponse);
    }
    return takeIn({ application, environ, startResponse }, settings);
  });
}

interface Call {
  readonly application: AsyncApplication;
  readonly environ: Environ;
  readonly startResponse: StartResponse;
}

function takeIn(
  call: Call,
  { maxSize, memory }: Required<BufferInputOptions>,
): ReturnType<AsyncApplication> {
  const { environ, startResponse } = call;
  if (Number(environ.CONTENT_LENGTH ?? 0) > maxSize) {
    return tooLarge(startResponse);
  }
  const stored = new StoredInput(memory);
  environ['tsgi.on_finish'](() => stored.close());
  const source = environ['tsgi.async_input'];
  if (source !== undefined) {
    return collect(source, { stored, maxSize }).then((whole) =>
      whole ? callWith(call, stored) : tooLarge(startResponse),
    );
  }
  for (const octets of environ['tsgi.input']) {
    if (stored.size + octets.byteLength > maxSize) {
      return tooLarge(startResponse);
    }
    stored.store(octets);
  }
  return callWith(call, stored);
}

async function collect(
  source: AsyncIterable<Uint8Array>,
  { stored, maxSize }: { readonly stored: StoredInput; readonly maxSize: number },
): Promise<boolean> {
  for await (const octets of source) {
    if (stored.size + octets.byteLength > maxSize) {
      return false;
    }
    stored.store(octets);
  }
  return true;
}

// In the environ itself, and not in a copy: whoever stands outside has no body left to read either.
function callWith(
  { application, environ, startResponse }: Call,
  stored: StoredInput,
): ReturnType<AsyncApplication> {
  environ['tsgi.input'] = stored;
  environ['tsgi.input_buffered'] = true;
  environ.CONTENT_LENGTH = String(stored.size);
  delete environ['tsgi.async_input'];
  return application(environ, startResponse);
}

function tooLarge(startResponse: StartResponse): Body {
  return ownAnswer(startResponse, '413 Content Too Large');
}
