import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  watch,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LineFile } from '../../src/log/line-file.ts';

let folder = '';
let said: string[] = [];
const open: LineFile[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsgi-log-'));
  said = [];
});

afterEach(() => {
  for (const file of open.splice(0)) {
    file.close();
  }
  rmSync(folder, { recursive: true });
});

function openFile(name: string): LineFile {
  const path = join(folder, name);
  const file = new LineFile(`the log ${name}`, { path }, (text) => void said.push(text));
  open.push(file);
  return file;
}

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('LineFile', () => {
  test('writes lines whole, in their order', () => {
    const file = openFile('a');
    file.write('one');
    file.write('two é');
    expect(read('a')).toBe('');
    file.flush();
    expect(read('a')).toBe('one\ntwo é\n');
    file.write('three');
    file.flush();
    expect(read('a')).toBe('one\ntwo é\nthree\n');
  });

  test('writes at once what would be much to lose', () => {
    const file = openFile('a');
    file.write('x'.repeat(20_000));
    expect(read('a')).toHaveLength(20_001);
  });

  test('writes what waits after a moment', async () => {
    const file = openFile('a');
    file.write('one');
    const watcher = watch(folder);
    while (read('a') === '') {
      await once(watcher, 'change');
    }
    watcher.close();
    expect(read('a')).toBe('one\n');
  });

  test('opens a file again that was renamed, and loses nothing', () => {
    const file = openFile('a');
    file.write('one');
    renameSync(join(folder, 'a'), join(folder, 'b'));
    file.write('two');
    file.reopen();
    file.write('three');
    file.flush();
    expect(read('b')).toBe('one\ntwo\n');
    expect(read('a')).toBe('three\n');
  });

  test('keeps the old file where it cannot be opened again', () => {
    const file = openFile('a');
    renameSync(folder, `${folder}-moved`);
    file.reopen();
    file.write('one');
    file.flush();
    renameSync(`${folder}-moved`, folder);
    expect(read('a')).toBe('one\n');
    expect(said).toEqual(['the log a cannot be opened again (ENOENT); the old file is kept']);
  });

  test('says once that the disk is full, counts what is lost, and says when it is over', () => {
    symlinkSync('/dev/full', join(folder, 'a'));
    const file = openFile('a');
    for (const line of ['one', 'two']) {
      file.write(line);
      file.flush();
    }
    expect(file.lost).toBe(2);
    expect(said).toEqual(['the log a cannot be written (ENOSPC); lines are lost until it can']);
    rmSync(join(folder, 'a'));
    file.reopen();
    file.write('three');
    file.flush();
    expect(read('a')).toBe('three\n');
    expect(said.slice(1)).toEqual(['the log a is written again; 2 lines were lost']);
  });

  test('survives a descriptor that is closed', () => {
    const fd = openSync(join(folder, 'a'), 'a');
    const file = new LineFile('the log', { fd }, (text) => void said.push(text));
    closeSync(fd);
    file.write('one');
    file.flush();
    expect(said).toEqual(['the log cannot be written (EBADF); lines are lost until it can']);
    file.close();
  });

  test.each(['throw new Error("crash")', 'process.exit(0)'])(
    'writes what waits where the process ends by %s',
    (end) => {
      const module = new URL('../../dist/log/line-file.js', import.meta.url).href;
      const script = `import { LineFile } from ${JSON.stringify(module)};
const file = new LineFile('the log', { path: ${JSON.stringify(join(folder, 'a'))} }, () => {});
file.write('last words');
setImmediate(() => { ${end}; });`;
      spawnSync(process.execPath, ['--input-type=module', '--eval', script]);
      expect(read('a')).toBe('last words\n');
    },
  );

  test('cannot be opened in a folder that is not there', () => {
    expect(() => openFile('absent/a')).toThrow(/ENOENT/);
  });
});
