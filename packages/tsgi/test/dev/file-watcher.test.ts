import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileWatcher } from '../../src/dev/file-watcher.ts';
import { compileGlobs } from '../../src/dev/glob.ts';

let folder = '';
let watcher: FileWatcher | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsgi-watch-'));
});

afterEach(() => {
  watcher?.close();
  rmSync(folder, { recursive: true });
});

function put(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** Watches the folder; the function waits for the next change that is told. */
function watch(files: readonly string[] = []): () => Promise<string[]> {
  const told: string[][] = [];
  let wake = (): void => {};
  watcher = new FileWatcher({
    folders: [folder],
    files: files.map((name) => join(folder, name)),
    include: compileGlobs(['*.js']),
    exclude: compileGlobs(['node_modules', '.*']),
    onChange(changed) {
      told.push(changed.map((file) => relative(folder, file)));
      wake();
    },
    onError(error) {
      throw error;
    },
  });
  return async () => {
    while (told.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return told.shift() ?? [];
  };
}

describe('FileWatcher', () => {
  test('tells of files that are written, made and removed', async () => {
    put('a.js', '1');
    const change = watch();
    put('a.js', '22');
    expect(await change()).toEqual(['a.js']);
    put('b.js', '1');
    expect(await change()).toEqual(['b.js']);
    rmSync(join(folder, 'a.js'));
    expect(await change()).toEqual(['a.js']);
  });

  test('tells of a file that is replaced, as editors do', async () => {
    put('a.js', '1');
    const change = watch();
    put('a.js.new', '2');
    renameSync(join(folder, 'a.js.new'), join(folder, 'a.js'));
    expect(await change()).toEqual(['a.js']);
  });

  test('tells of several files at once, when nothing changes any more', async () => {
    put('a.js', '1');
    put('deep/er/b.js', '1');
    const change = watch();
    put('a.js', '22');
    appendFileSync(join(folder, 'deep/er/b.js'), '2');
    appendFileSync(join(folder, 'deep/er/b.js'), '3');
    expect(await change()).toEqual(['a.js', 'deep/er/b.js']);
  });

  test('looks into directories that are made later, and made again', async () => {
    const change = watch();
    put('new/a.js', '1');
    expect(await change()).toEqual(['new/a.js']);
    put('new/a.js', '22');
    expect(await change()).toEqual(['new/a.js']);
    rmSync(join(folder, 'new'), { recursive: true });
    expect(await change()).toEqual(['new/a.js']);
    put('new/a.js', '1');
    expect(await change()).toEqual(['new/a.js']);
  });

  test('says nothing of what is excluded or not included', async () => {
    put('node_modules/x/a.js', '1');
    put('.git/a.js', '1');
    put('a.txt', '1');
    const change = watch();
    put('node_modules/x/a.js', '22');
    put('.git/a.js', '22');
    put('a.txt', '22');
    put('a.js', '1');
    expect(await change()).toEqual(['a.js']);
  });

  test('says nothing of a file that is as it was', async () => {
    put('a.js', '1');
    const time = new Date(1_000_000);
    utimesSync(join(folder, 'a.js'), time, time);
    const change = watch();
    writeFileSync(join(folder, 'a.js'), '1');
    utimesSync(join(folder, 'a.js'), time, time);
    put('b.js', '1');
    expect(await change()).toEqual(['b.js']);
  });

  test('watches single files outside of the directories', async () => {
    put('.config', '1');
    const change = watch(['.config']);
    put('.config', '22');
    expect(await change()).toEqual(['.config']);
  });
});
