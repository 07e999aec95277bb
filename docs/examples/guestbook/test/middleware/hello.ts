import type { Application } from '@tsgi/types';

/** Answers everything with five octets. */
export const hello: Application = (_environ, startResponse) => {
  startResponse('200 OK', [['content-type', 'text/plain']]);
  return [new TextEncoder().encode('hello')];
};
