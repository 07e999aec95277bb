import { get } from 'node:http';
import { HarnessFault } from '../engine/failures.ts';

/** Answers without a new event after which a server is taken to have nothing more to report. */
const QUIET_LOOKS = 10;
/** A run that never is: the probe application answers, and reports nothing. */
const NOBODY = '0'.repeat(32);

/**
 * Settles when the server at a URL has answered some requests and `count`, the number of events so
 * far, has not changed. Rejects with a HarnessFault where nobody answers.
 */
export async function untilQuiet(url: string, count: () => number): Promise<void> {
  for (let quiet = 0; quiet < QUIET_LOOKS; quiet += 1) {
    const before = count();
    await ask(url);
    if (count() !== before) quiet = -1;
  }
}

async function ask(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { connection: 'close', 'tsgi-run': NOBODY };
    const asked = get(`${url}/`, { agent: false, headers }, (response) => {
      response.resume();
      response.once('end', resolve);
      response.once('error', reject);
    });
    asked.once('error', ({ message }) => {
      reject(new HarnessFault(`the server does not answer: ${message}`));
    });
  });
}
