import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { RawClient } from '../raw-client.ts';
import { echo, get, post, startOn, TRANSPORTS } from '../server-fixture.ts';

const INDEX = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
const cleanups: Array<() => void> = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) {
    cleanup();
  }
});

/** A file system of 64 KiB for temporary files; undefined where this user may not mount one. */
function tinyDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'tsgi-disk-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  cleanups.push(() => execFileSync('umount', [folder]));
  return folder;
}

function useTemporaryFolder(folder: string): void {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  cleanups.push(() => {
    if (before === undefined) {
      delete process.env['TMPDIR'];
    } else {
      process.env['TMPDIR'] = before;
    }
  });
}

// While descriptors are short the system drops connections; each attempt gives the server a turn.
async function answerWithin(url: string, attempts: number): Promise<string> {
  const client = await RawClient.open(url);
  client.send(get('/'));
  try {
    return await client.until('<ok>');
  } catch (error) {
    if (attempts === 1) {
      throw error;
    }
    return await answerWithin(url, attempts - 1);
  } finally {
    client.close();
  }
}

describe.each(TRANSPORTS)('exhaustion on %s', (transport) => {
  const start = startOn(transport);

  test('of the temporary disk is answered with 503, and small bodies still work', async ({
    skip,
  }) => {
    const disk = tinyDisk();
    if (disk === undefined) {
      skip('this user may not mount a file system');
      return;
    }
    useTemporaryFolder(disk);
    const log: string[] = [];
    const errors = { write: (line: string) => void log.push(line), flush() {} };
    const { client } = await start(echo, { bodyMemory: 1000, errors });
    const large = await client();
    large.send(post('/', 'x'.repeat(200_000)));
    await large.end();
    expect(large.received).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/);
    expect(log.join('')).toContain('ENOSPC');
    const small = await client();
    small.send(post('/', 'y'.repeat(10_000)));
    await expect(small.until('y'.repeat(10_000))).resolves.toContain('200 OK');
  });

  test('of the folder for temporary files is answered with 503', async () => {
    useTemporaryFolder('/nowhere/at/all');
    const { client } = await start(echo, { bodyMemory: 10 });
    const raw = await client();
    raw.send(post('/', 'x'.repeat(1000)));
    await raw.end();
    expect(raw.received).toMatch(/^HTTP\/1\.1 503 /);
  });

  test('of file descriptors leaves the server running', async () => {
    const script = `import(${JSON.stringify(INDEX)}).then(async ({ serve }) => {
      const server = await serve((environ, start) => { start('200 OK', []); return [Buffer.from('<ok>')]; }, { port: 0, transport: '${transport}' });
      process.stdout.write(server.url + '\\n');
    })`;
    const child = spawn(
      'sh',
      ['-c', 'ulimit -n 80; exec "$0" "$@"', process.execPath, '-e', script],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    cleanups.push(() => child.kill('SIGKILL'));
    const [url] = (await once(child.stdout, 'data')) as [Buffer];
    const base = String(url).trim();
    const clients = await Promise.all(Array.from({ length: 100 }, () => RawClient.open(base)));
    for (const client of clients) {
      client.close();
    }
    expect(await answerWithin(base, 200)).toContain('200 OK');
  });
});
