// Servers with which not even the first check comes to a verdict.
import { startSeamServer } from '../server/reference/server.mjs';
import { alterHead } from '../server/alter.mjs';
import { referenceSeams } from '../server/reference/seams.mjs';

export const meta = { name: 'faulty harness', version: '1.0.0' };

const STRANGER = '0'.repeat(32);

const isAsked = ({ target }) => !target.endsWith('/tsgi-canary');

const longer = ({ framing, ...head }) => ({
  ...head,
  framing: { ...framing, length: framing.length + 1 },
  close: true,
});

/** What becomes of the head of a response, by the word behind the question mark. */
const DEFECTS = {
  status: alterHead(isAsked, (head) => ({ ...head, status: '277 OK' })),
  end: alterHead(isAsked, (head, x) => {
    x.close = true;
    return longer(head);
  }),
  nonce: {
    seam: 'runExchange',
    make: (original) => (x) => {
      const { write } = x;
      x.write = (octets) =>
        write(Buffer.from(octets.toString('latin1').replace(/[\da-f]{32}/g, STRANGER), 'latin1'));
      return original(x);
    },
  },
  content: {
    seam: 'octetsOf',
    make: (original) => (chunk) => {
      const octets = Buffer.from(original(chunk));
      return octets.toString() === 'ok' ? Buffer.from('no') : octets;
    },
  },
};

export async function start(application, options) {
  const defect = DEFECTS[new URL(import.meta.url).searchParams.get('defect')];
  const { seam, make } = defect;
  return startSeamServer(application, options, { [seam]: make(referenceSeams[seam]) });
}
