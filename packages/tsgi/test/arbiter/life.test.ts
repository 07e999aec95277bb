import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { takeListeningHandle } from '../../src/arbiter/raw-handle.ts';
import { RunningCommand, serve, temporaryDirectory } from './running-command.ts';

async function textOf(url: string): Promise<string> {
  const response = await fetch(url, { headers: { connection: 'close' } });
  return response.text();
}

describe('tsgi serve', () => {
  test('exits with 3 when a worker ends before it serves', async () => {
    const command = new RunningCommand(['serve', 'exits-while-loading.mjs', '-b', ':0', '-w', '2']);
    expect(await command.closed).toBe(3);
    expect(command.errors).toMatch(
      /^tsgi: worker \d \(process \d+\) ended with code 9 before it served\n$/,
    );
  });

  test('exits with 3 when a worker does not serve within the boot timeout', async () => {
    const command = new RunningCommand([
      'serve',
      'never-ready.mjs',
      '-b',
      ':0',
      '--boot-timeout',
      '1',
    ]);
    expect(await command.closed).toBe(3);
    expect(command.errors).toBe('tsgi: worker 1 did not serve within 1 s (--boot-timeout)\n');
  });

  test('replaces a worker that dies, later and later', async () => {
    const { command, url } = await serve(['pid.mjs']);
    for (let worker = 1; worker <= 3; worker++) {
      await expect(textOf(`${url}/exit`)).rejects.toThrow('fetch failed');
      await command.until(new RegExp(`worker ${worker + 1} \\(process \\d+\\) serves`));
    }
    expect(command.errors).toMatch(/worker 1 \(process \d+\) ended with code 7 after/);
    const delays = [...command.errors.matchAll(/the next worker starts in ([\d.]+) s/g)];
    expect(delays.map(([, seconds]) => seconds)).toEqual(['0.1', '0.2', '0.4']);
    expect(await textOf(url)).toMatch(/^\d+$/);
  });

  test('lets workers end with the command that was killed', async () => {
    const { command, url } = await serve(['asynchronous.mjs', '-w', '2']);
    const late = fetch(`${url}/?1000`);
    await textOf(`${url}/?0`);
    command.signal('SIGKILL');
    expect(await (await late).text()).toBe('late');
    // the streams are closed when the last process that has them is gone
    expect(await command.closed).toBe(null);
  });

  test('ends at once on SIGQUIT and on a second SIGTERM', async () => {
    for (const signal of ['SIGQUIT', 'SIGTERM'] as const) {
      const { command, url } = await serve(['asynchronous.mjs']);
      const late = fetch(`${url}/?30000`).catch(() => 'reset');
      await textOf(`${url}/?0`);
      const again = setInterval(() => command.signal(signal), 300);
      expect(await late).toBe('reset');
      clearInterval(again);
      expect(await command.exit).toBe(0);
    }
  });

  test('cuts off what still runs after the graceful timeout', async () => {
    const { command, url } = await serve(['asynchronous.mjs', '--graceful-timeout', '0.5']);
    const late = fetch(`${url}/?30000`).catch(() => 'reset');
    await textOf(`${url}/?0`);
    command.signal('SIGTERM');
    expect(await late).toBe('reset');
    expect(await command.exit).toBe(0);
  });

  test('answers what waits for a worker that is busy when it is told to stop', async () => {
    const { command, url } = await serve(['pid.mjs']);
    const busy = textOf(`${url}/busy`);
    await command.until(/^busy\n/m);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET / HTTP/1.1\r\nHost: life.test\r\nConnection: close\r\n\r\n');
    command.signal('SIGTERM');
    const pid = await busy;
    expect(await text(socket)).toMatch(new RegExp(`^HTTP/1\\.1 200 OK\r\n[^]*\r\n\r\n${pid}$`));
    expect(await command.exit).toBe(0);
  });

  test('replaces a worker that a signal of its own stops', async () => {
    const { command, url } = await serve(['pid.mjs', '-w', '2']);
    const [, pid] = await command.until(/worker 1 \(process (\d+)\) serves/);
    process.kill(Number(pid), 'SIGTERM');
    await command.until(/worker 3 \(process \d+\) serves/);
    await command.until(/worker 1 \(process \d+\) has ended: stopped/);
    expect(await textOf(url)).toMatch(/^\d+$/);
  });

  test.each([
    ['--max-rss', '100mb', 'max-rss', '/grow'],
    ['--max-worker-lifetime', '1', 'max-worker-lifetime', '/'],
  ])('replaces a worker that exceeds %s %s', async (flag, value, reason, path) => {
    const { command, url } = await serve(['pid.mjs', flag, value]);
    const [, first] = await command.until(/worker 1 \(process (\d+)\) serves/);
    await textOf(`${url}${path}`);
    await command.until(new RegExp(`worker 1 \\(process \\d+\\) is replaced: ${reason}`));
    await command.until(/worker 1 \(process \d+\) has ended/);
    expect(await textOf(url)).not.toBe(first);
  });

  test('serves a Unix socket with a mode beside a port', async () => {
    const path = join(temporaryDirectory(), 'app.sock');
    const { command, url } = await serve(['pid.mjs', '--bind', `unix:${path}?mode=0600`]);
    expect(command.output).toContain(`, unix:${path} (sync)\n`);
    expect(await textOf(url)).toMatch(/^\d+$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const client = spawn('curl', ['-s', '--unix-socket', path, 'http://localhost/']);
    const [answer] = (await once(client.stdout, 'data')) as [Buffer];
    expect(String(answer)).toMatch(/^\d+$/);
    command.signal('SIGTERM');
    expect(await command.exit).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  test('takes the sockets of systemd', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { fd } = takeListeningHandle(taken);
    const bin = new URL('../../bin/tsgi.mjs', import.meta.url).pathname;
    const child = spawn(
      process.execPath,
      [bin, 'serve', 'pid.mjs', '-b', 'systemd', '--access-log', 'off', '-w', '2'],
      {
        cwd: new URL('fixtures', import.meta.url).pathname,
        env: { ...process.env, LISTEN_FDS: '1' },
        stdio: ['ignore', 'pipe', 'inherit', fd],
      },
    );
    const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    taken.close();
    const url = /http:\S+/.exec(String(line))?.[0] ?? '';
    expect(await textOf(url)).toMatch(/^\d+$/);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

describe('--pid-file', () => {
  test('holds the process id while the command runs, and takes the place of a stale one', async () => {
    const file = join(temporaryDirectory(), 'tsgi.pid');
    writeFileSync(file, '4194304\n');
    const { command } = await serve(['pid.mjs', '--pid-file', file]);
    expect(readFileSync(file, 'utf8')).toBe(`${command.pid}\n`);
    command.signal('SIGTERM');
    expect(await command.exit).toBe(0);
    expect(existsSync(file)).toBe(false);
  });

  test('is refused where the process that it names runs, or where it cannot be written', async () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'tsgi.pid');
    writeFileSync(file, `${process.pid}\n`);
    mkdirSync(join(directory, 'folder'));
    for (const [path, message] of [
      [file, `names process ${process.pid}, which runs`],
      [join(directory, 'folder'), 'cannot write'],
    ] as const) {
      const command = new RunningCommand(['serve', 'pid.mjs', '-b', ':0', '--pid-file', path]);
      expect(await command.closed).toBe(1);
      expect(command.errors).toContain(message);
    }
    expect(readFileSync(file, 'utf8')).toBe(`${process.pid}\n`);
  });
});

describe('tsgi serve --workers 0', () => {
  test('serves in the process of the command', async () => {
    const { command, url } = await serve(['pid.mjs', '-w', '0']);
    expect(await textOf(url)).toBe(String(command.pid));
    for (const signal of ['SIGHUP', 'SIGTTIN'] as const) {
      command.signal(signal);
    }
    await command.until(/reload takes workers, and this server has none \(--workers 0\)/);
    await command.until(/add takes workers/);
    command.signal('SIGTERM');
    expect(await command.exit).toBe(0);
  });
});
