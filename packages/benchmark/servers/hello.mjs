// The application of the comparison of doors, as a module that a server loads.
import { HELLO } from './content.mjs';

const TEXT = [['Content-Type', 'text/plain']];

/** Answers every request with the same text. */
export function app(_environ, startResponse) {
  startResponse('200 OK', TEXT);
  return [HELLO];
}
