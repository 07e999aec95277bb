import type { Application, AsyncApplication } from '@tsgi/types';
import { type BufferInputOptions, bufferInput } from './buffer-input.ts';

/**
 * Makes a synchronous application fit for a server that streams request bodies: the body is taken
 * in first, and the application is told that nothing asynchronous is expected of it
 * (ASYNC-DOWNGRADE). Throws a TypeError for a wrong option.
 */
export function toAsync(
  application: Application,
  options: BufferInputOptions = {},
): AsyncApplication {
  const downgraded: AsyncApplication = (environ, startResponse) => {
    environ['tsgi.async'] = false;
    delete environ['tsgi.async_input'];
    return application(environ, startResponse);
  };
  return bufferInput(options)(downgraded);
}
