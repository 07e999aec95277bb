import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GuestbookStore } from '../src/store.ts';
import { makeDrafts, openStore, temporaryFile } from './temporary-store.ts';

const HOLDER = fileURLToPath(new URL('hold-database.mjs', import.meta.url));

describe('GuestbookStore', () => {
  test('keeps its entries when it is closed and opened again', () => {
    const file = temporaryFile();
    const first = openStore(file);
    const entry = first.add({
      name: 'Zoë 🌟',
      message: 'שלום\n\tworld',
      signedAt: '2024-05-06T07:08:09.000Z',
    });
    first.close();
    const second = openStore(file);
    expect(second.find(entry.id)).toEqual(entry);
    expect(second.count()).toBe(1);
  });

  test('leaves one file behind when it is closed', () => {
    const file = temporaryFile();
    const store = openStore(file);
    store.addAll(makeDrafts(1000));
    store.close();
    store.close();
    expect(readdirSync(dirname(file))).toEqual([basename(file)]);
  });

  test('opens a database whose process was killed, without the transaction it was in', async () => {
    const file = temporaryFile();
    const holder = spawn(process.execPath, [HOLDER, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void holder.kill('SIGKILL'));
    const [output] = await once(holder.stdout, 'data');
    expect(String(output)).toBe('ready\n');
    expect(() => new GuestbookStore(file)).toThrow(`in use by process ${holder.pid}`);

    const exited = once(holder, 'exit');
    holder.kill('SIGKILL');
    await exited;
    expect(readdirSync(dirname(file))).toContain(`${basename(file)}.lock`);
    const store = openStore(file);
    expect(store.count()).toBe(500);
    expect(store.list({ search: '', offset: 0, limit: 1 })).toMatchObject([{ id: 500 }]);
  });

  test('gives the file free where it cannot be opened', () => {
    const file = temporaryFile();
    writeFileSync(file, 'This is a letter and not a database. '.repeat(100));
    expect(() => new GuestbookStore(file)).toThrow('not a database');
    expect(readdirSync(dirname(file))).toEqual([basename(file)]);
  });

  test('stores all drafts of a list or none', () => {
    const store = openStore();
    store.addAll(makeDrafts(3));
    const failure = new Error('the source failed');
    function* breaking() {
      yield* makeDrafts(5);
      throw failure;
    }
    expect(() => store.addAll(breaking())).toThrow(failure);
    expect(store.count()).toBe(3);
    expect(store.add({ name: 'Ada', message: 'Hi', signedAt: '2024-01-01T00:00:00.000Z' }).id).toBe(
      4,
    );
  });

  test('finds text in any case and takes no character for a wildcard', () => {
    const store = openStore();
    const signedAt = '2024-01-01T00:00:00.000Z';
    store.add({ name: 'ŁUCJA', message: '100% sure', signedAt });
    store.add({ name: 'Straße', message: '1000 miles', signedAt });
    const find = (search: string) => {
      const entries = store.list({ search, offset: 0, limit: 10 });
      expect(store.count(search)).toBe(entries.length);
      return entries.map((entry) => entry.name);
    };
    expect(find('łucja')).toEqual(['ŁUCJA']);
    expect(find('STRAßE')).toEqual(['Straße']);
    expect(find('100%')).toEqual(['ŁUCJA']);
    expect(find('100_')).toEqual([]);
    expect(find('100')).toEqual(['Straße', 'ŁUCJA']);
    expect(find("' OR 1=1 --")).toEqual([]);
  });
});

describe('GuestbookStore.export', () => {
  test('gives the entries of the first pull, oldest first, in bounded batches', () => {
    const store = openStore();
    store.addAll(makeDrafts(25));
    const batches = store.export(10);
    const first = batches.next().value ?? [];
    store.addAll(makeDrafts(5));
    const rest = [...batches];
    expect([first, ...rest].map((batch) => batch.length)).toEqual([10, 10, 5]);
    expect([first, ...rest].flat().map((entry) => entry.id)).toEqual(
      Array.from({ length: 25 }, (_, index) => index + 1),
    );
    expect(store.openExports).toBe(0);
  });

  test('ends at once for an empty guestbook', () => {
    expect([...openStore().export(10)]).toEqual([]);
  });

  test('lets its statement go when its reader stops early', () => {
    const store = openStore();
    store.addAll(makeDrafts(25));
    const batches = store.export(10);
    expect(store.openExports).toBe(0);
    batches.next();
    expect(store.openExports).toBe(1);
    batches.return();
    expect(store.openExports).toBe(0);
  });

  test('fails its reader when the store is closed meanwhile, and leaves no lock', () => {
    const file = temporaryFile();
    const store = openStore(file);
    store.addAll(makeDrafts(25));
    const batches = store.export(10);
    batches.next();
    store.close();
    expect(() => batches.next()).toThrow('finalized');
    expect(readdirSync(dirname(file))).toEqual([basename(file)]);
  });
});
