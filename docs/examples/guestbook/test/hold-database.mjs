// Stores some entries, begins to store more, says so on standard output and waits to be killed.
import { writeSync } from 'node:fs';
import { GuestbookStore } from '../dist/store.js';

const draft = { name: 'Ada', message: 'words '.repeat(50), signedAt: '2024-01-01T00:00:00.000Z' };

/**
 * @param {number} count how many
 * @yields one and the same draft
 */
function* repeatDraft(count) {
  for (let index = 0; index < count; index += 1) yield draft;
}

/** @yields more entries than SQLite holds in memory, and then nothing for ever */
function* blockAfterDrafts() {
  yield* repeatDraft(20_000);
  writeSync(1, 'ready\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const store = new GuestbookStore(process.argv[2] ?? '');
store.addAll(repeatDraft(500));
store.addAll(blockAfterDrafts());
