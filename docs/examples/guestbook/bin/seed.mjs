#!/usr/bin/env node
// Adds N made-up entries: node docs/examples/guestbook/bin/seed.mjs N
import { databaseFile } from '../dist/database-file.js';
import { GuestbookStore } from '../dist/store.js';

const NAMES = ['Ada', 'Kenji', 'Zoë', 'محمد', 'Łucja', 'Björn', 'Nguyễn', 'דנה', 'O’Brien', '小林'];
const MESSAGES = [
  'What a lovely place. We will be back in spring.',
  'شكرًا على حسن الضيافة!',
  'Greetings from the other side of the lake 🚣‍♀️',
  'Two lines,\nand "quotes", and a comma.',
  '<b>Bold</b> & brave visitors were here.',
  'תודה רבה על הכל',
  'とても楽しかったです。',
];
const FIRST_VISIT = Date.UTC(2020, 0, 1, 9);
const MINUTE_MS = 60_000;

/**
 * @param {number} count how many
 * @yields drafts one minute apart, in several scripts
 */
function* makeDrafts(count) {
  for (let index = 0; index < count; index += 1) {
    yield {
      name: `${NAMES[index % NAMES.length]} ${index + 1}`,
      message: MESSAGES[index % MESSAGES.length],
      signedAt: new Date(FIRST_VISIT + index * MINUTE_MS).toISOString(),
    };
  }
}

const count = Number(process.argv[2]);
if (!Number.isSafeInteger(count) || count < 1) {
  process.stderr.write(
    `usage: seed.mjs N, with N from 1 on; got ${process.argv[2] ?? 'nothing'}\n`,
  );
  process.exit(2);
}
try {
  const store = new GuestbookStore(databaseFile());
  try {
    store.addAll(makeDrafts(count));
    process.stdout.write(`${databaseFile()} now holds ${store.count()} entries\n`);
  } finally {
    store.close();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
