// A harness with one fault: node harness.mjs FAULT
import process from 'node:process';
import { createInterface } from 'node:readline';

const [fault] = process.argv.slice(2);
const meta = { name: `harness: ${fault}`, version: '1' };

const REPLIES = {
  garbage: () => 'Listening…',
  version: ({ seq }) => JSON.stringify({ seq, v: 2, meta }),
  seq: ({ seq }) => JSON.stringify({ seq: seq + 1, v: 1, meta }),
  member: ({ seq }) => JSON.stringify({ seq, v: 1, meta, colour: 'red' }),
  anonymous: ({ seq }) => JSON.stringify({ seq, v: 1 }),
  silent: () => undefined,
  unimplemented: ({ seq, cmd }) =>
    JSON.stringify(cmd === 'start' ? { seq, v: 1, meta } : { seq, unimplemented: true }),
  skipped: ({ seq, cmd }) =>
    JSON.stringify(cmd === 'start' ? { seq, v: 1, meta } : { seq, skipped: true, reason: 'tired' }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const reply = REPLIES[fault](JSON.parse(line));
  if (reply !== undefined) process.stdout.write(`${reply}\n`);
}
