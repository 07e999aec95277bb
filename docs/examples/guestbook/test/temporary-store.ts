import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type DatedDraft, GuestbookStore } from '../src/store.ts';

/** The name of a database file that does not exist yet; its folder goes away with the test. */
export function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'guestbook-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'guestbook.sqlite');
}

/** A store that is closed when the test ends. */
export function openStore(file: string = temporaryFile()): GuestbookStore {
  const store = new GuestbookStore(file);
  onTestFinished(() => store.close());
  return store;
}

/** Drafts that are told apart by their number, from 1 on; all with one message where it is given. */
export function makeDrafts(count: number, message?: string): DatedDraft[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `Guest ${index + 1}`,
    message: message ?? `Message ${index + 1}`,
    signedAt: new Date(Date.UTC(2024, 0, 1) + index * 60_000).toISOString(),
  }));
}
