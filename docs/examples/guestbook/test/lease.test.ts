import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { takeLease } from '../src/lease.ts';
import { temporaryFile } from './temporary-store.ts';

const LEASE = JSON.stringify(new URL('../dist/lease.js', import.meta.url));

describe('takeLease', () => {
  test('creates the folder and gives the file free when it is released', () => {
    const file = `${dirname(temporaryFile())}/a/b/guestbook.sqlite`;
    const lease = takeLease(file);
    expect(readdirSync(dirname(file))).toHaveLength(1);
    lease.release();
    lease.release();
    expect(readdirSync(dirname(file))).toEqual([]);
  });

  test('refuses a file that this process holds already, and keeps the first lease', () => {
    const file = temporaryFile();
    const lease = takeLease(file);
    expect(() => takeLease(file)).toThrow('already open in this process');
    expect(() => takeLease(file)).toThrow('already open in this process');
    lease.release();
    takeLease(file).release();
  });

  test.skipIf(process.platform !== 'linux')(
    'takes over from a process that was killed and waits for its parent to notice',
    async () => {
      const file = temporaryFile();
      const source = `import(${LEASE}).then(({ takeLease }) => {
        takeLease(${JSON.stringify(file)});
        process.stdout.write('ready');
        setInterval(() => {}, 60_000);
      });`;
      const holder = spawn(process.execPath, ['-e', source], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      onTestFinished(() => void holder.kill('SIGKILL'));
      await once(holder.stdout, 'data');
      expect(() => takeLease(file)).toThrow(`in use by process ${holder.pid}`);
      holder.kill('SIGKILL');
      // Nothing is awaited, so this process, its parent, cannot collect it meanwhile.
      const deadline = Date.now() + 60_000;
      const state = () => readFileSync(`/proc/${holder.pid}/stat`, 'latin1').split(') ')[1]?.[0];
      while (state() !== 'Z' && Date.now() < deadline);
      expect(state()).toBe('Z');
      takeLease(file).release();
    },
  );

  test('names the living process that holds the file, and leaves its marker alone', () => {
    const file = temporaryFile();
    const lease = takeLease(file);
    const source = `import(${LEASE})
      .then(({ takeLease }) => takeLease(${JSON.stringify(file)}))
      .catch((error) => { process.stdout.write(error.message); process.exit(3); });`;
    const other = spawnSync(process.execPath, ['-e', source], { encoding: 'utf8' });
    expect(other.status).toBe(3);
    expect(other.stdout).toContain(`${file} is in use by process ${process.pid}.`);
    expect(readdirSync(dirname(file))).toHaveLength(1);
    lease.release();
  });

  test('sweeps away the marker of a process that has ended', () => {
    const file = temporaryFile();
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(`${file}.used-by-${pid}-1`, '');
    const lease = takeLease(file);
    expect(existsSync(`${file}.used-by-${pid}-1`)).toBe(false);
    lease.release();
  });

  test('knows a process id that is in use again from its first owner', () => {
    const file = temporaryFile();
    writeFileSync(`${file}.used-by-${process.pid}-1`, '');
    takeLease(file).release();
    expect(readdirSync(dirname(file))).toEqual([]);
  });
});

describe('awaitLease', () => {
  test('lets processes take turns', async () => {
    const file = temporaryFile();
    const log = `${file}.log`;
    const source = `Promise.all([import(${LEASE}), import('node:fs')]).then(([lease, fs]) => {
      const { release } = lease.awaitLease(${JSON.stringify(file)}, 60_000);
      for (const word of ['in ', 'out ']) fs.appendFileSync(${JSON.stringify(log)}, word);
      release();
    });`;
    const others = Array.from({ length: 4 }, () =>
      once(spawn(process.execPath, ['-e', source], { stdio: 'inherit' }), 'exit'),
    );
    expect(await Promise.all(others)).toEqual(others.map(() => [0, null]));
    expect(readFileSync(log, 'utf8')).toBe('in out '.repeat(others.length));
  });

  test('gives up once its patience is over', () => {
    const file = temporaryFile();
    const lease = takeLease(file);
    const source = `import(${LEASE})
      .then(({ awaitLease }) => awaitLease(${JSON.stringify(file)}, 1))
      .catch((error) => { process.stdout.write(error.name); process.exit(3); });`;
    const other = spawnSync(process.execPath, ['-e', source], { encoding: 'utf8' });
    expect({ status: other.status, out: other.stdout }).toEqual({ status: 3, out: 'FileInUse' });
    lease.release();
  });
});
