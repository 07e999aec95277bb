import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Command, endCommands, tsgiIn } from '../tsgi-process.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsgi-serve-log-'));
  writeFileSync(
    join(folder, 'app.mjs'),
    `export default function* app(environ, startResponse) {
  environ.REMOTE_USER = environ.HTTP_X_USER;
  if (environ.PATH_INFO === '/throw') throw new Error('first line\\nsecond line');
  startResponse('200 OK', []);
  yield Buffer.from('answered ');
  if (environ.PATH_INFO === '/endless') for (;;) yield Buffer.alloc(65536);
}
`,
  );
});

afterEach(() => {
  endCommands();
  rmSync(folder, { recursive: true, maxRetries: 3 });
});

async function serve(...args: string[]): Promise<{ command: Command; port: number }> {
  const command = tsgiIn({ cwd: folder }, 'serve', 'app.mjs', '--bind', '127.0.0.1:0', ...args);
  const url = /http:\/\/[\d.:]+/.exec(await command.until(')\n'))?.[0] ?? '';
  return { command, port: Number(new URL(url).port) };
}

const IN_PROCESS = ['--workers', '0', '--access-log', 'access', '--error-log', 'error'];

function open(port: number): Socket {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => {});
  return socket;
}

async function exchange(port: number, octets: string): Promise<string> {
  const socket = open(port);
  socket.write(octets, 'latin1');
  return text(socket);
}

const request = (target: string, ...fields: string[]): string =>
  [`GET ${target} HTTP/1.1`, 'Host: h', 'Connection: close', ...fields, '', ''].join('\r\n');

function lines(name: string): string[] {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}

/** Waits until something holds that a change in the folder brings about. */
async function until(holds: () => boolean): Promise<void> {
  const watcher = watch(folder);
  while (!holds()) {
    await once(watcher, 'change');
  }
  watcher.close();
}

async function untilLines(name: string, count: number): Promise<string[]> {
  await until(() => lines(name).length >= count);
  return lines(name);
}

const COMBINED =
  /^127\.0\.0\.1 - \S+ \[[^\]]+\] "(?:[^"\\]|\\.)*" (?:\d{3}|-) (?:\d+|-) "(?:[^"\\]|\\.)*" "(?:[^"\\]|\\.)*"(?: ~)?$/;

const FORGERIES = [
  request('/"%20200%20999%20"-"%20"forged', 'User-Agent: a" 200 1 "-" "b'),
  request('/', 'User-Agent: \u001b[2J\u009b31m', 'Referer: \\" \\\\" x'),
  request('/', 'X-User: admin - [01/Jan/2026:00:00:00 +0000] "GET /forged HTTP/1.1" 200 1'),
  request('/', 'X-User: "', 'User-Agent: é\u0085\u00a0'),
  'GET /a"b HTTP/1.1\r\nHost: h\r\nUser-Agent: x\rforged\r\n\r\n',
  'GET /\n127.0.0.1 - - [forged] "GET / HTTP/1.1" 200 1 HTTP/1.1\r\nHost: h\r\n\r\n',
  'FORGED"\u0000 / HTTP/1.1\r\n\r\n',
  `GET /${'x'.repeat(9000)} HTTP/1.1\r\nHost: h\r\n\r\n`,
];

describe('the logs of tsgi serve', () => {
  test('have one line for each request, whatever a client writes', async () => {
    const { command, port } = await serve(...IN_PROCESS, '--access-log-format', 'combined');
    for (const forgery of FORGERIES) {
      await exchange(port, forgery);
    }
    command.child.kill('SIGTERM');
    expect(await command.exit).toBe(0);
    const written = lines('access');
    expect(written).toHaveLength(FORGERIES.length);
    for (const line of written) {
      expect(line).toMatch(COMBINED);
      expect(line).toMatch(/^[ -~]*$/);
    }
  });

  test('are JSON that no client can break out of', async () => {
    const { command, port } = await serve(...IN_PROCESS, '--access-log-format', 'json');
    for (const forgery of FORGERIES) {
      await exchange(port, forgery);
    }
    command.child.kill('SIGTERM');
    await command.exit;
    const records = lines('access').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.map((record) => record['http.response.status_code'])).toEqual([
      200, 400, 200, 200, 400, 400, 400, 414,
    ]);
    expect(records[0]?.['user_agent.original']).toBe('a" 200 1 "-" "b');
    expect(records[3]?.['user.name']).toBe('"');
  });

  test('mark what was aborted, timed out and refused', async () => {
    const { command, port } = await serve(
      ...IN_PROCESS,
      '--access-log-format',
      'combined',
      '--body-timeout',
      '100ms',
      // longer than this process may be kept from sending what it has connected for
      '--headers-timeout',
      '5s',
    );
    const endless = open(port);
    endless.write(request('/endless'));
    await once(endless, 'readable');
    endless.resetAndDestroy();
    await exchange(port, 'POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc');
    await exchange(port, 'GET /head HTTP/1.1\r\nHo');
    await exchange(port, request('/last'));
    command.child.kill('SIGTERM');
    await command.exit;
    const written = lines('access').map((line) => line.replace(/^.*\] /, ''));
    expect(written).toEqual([
      expect.stringMatching(/^"GET \/endless HTTP\/1\.1" 200 \d+ "-" "-" ~$/),
      '"POST /slow HTTP/1.1" 408 20 "-" "-"',
      '"GET /head HTTP/1.1" 408 20 "-" "-"',
      '"GET /last HTTP/1.1" 200 9 "-" "-"',
    ]);
  });

  test('say what went wrong on one line, with time, level and process', async () => {
    const { command, port } = await serve(...IN_PROCESS);
    expect(await exchange(port, request('/throw'))).toContain('500 Internal Server Error');
    const [line] = await untilLines('error', 1);
    expect(line).toMatch(
      new RegExp(`^\\S+Z ERROR ${command.child.pid} .*first line\\\\nsecond line\\\\n {4}at `),
    );
  });

  test('leave out successful requests for paths that are skipped', async () => {
    const { port } = await serve(
      ...IN_PROCESS,
      '--access-log-skip',
      '/quiet',
      '--health-path',
      '/up',
    );
    expect(await exchange(port, request('/up'))).toContain('200 OK');
    await exchange(port, request('/quiet?x'));
    await exchange(port, request('/loud'));
    expect(await untilLines('access', 1)).toEqual([expect.stringContaining('/loud')]);
  });

  test('go on in a new file when the old one was renamed', async () => {
    const socket = join(folder, 'control');
    const { port } = await serve(
      '--workers',
      '1',
      '--access-log',
      'access',
      '--error-log',
      'error',
      '--control-socket',
      socket,
    );
    await exchange(port, request('/one'));
    await untilLines('access', 1);
    renameSync(join(folder, 'access'), join(folder, 'access.1'));
    const reopen = tsgiIn({ cwd: folder }, 'ctl', 'reopen', '--socket', socket);
    expect(await reopen.exit).toBe(0);
    await until(() => existsSync(join(folder, 'access')));
    await exchange(port, request('/two'));
    expect(await untilLines('access', 1)).toEqual([expect.stringContaining('GET /two')]);
    expect(lines('access.1')).toEqual([expect.stringContaining('GET /one')]);
  });

  test('do not end the server when whoever reads them goes away', async () => {
    const { command, port } = await serve('--workers', '0', '--access-log', '-');
    command.child.stdout?.destroy();
    while (!command.errors().includes('EPIPE')) {
      expect(await exchange(port, request('/one'))).toContain('answered');
    }
    expect(await exchange(port, request('/two'))).toContain('answered');
    command.child.kill('SIGTERM');
    expect(await command.exit).toBe(0);
    expect(command.errors().match(/the access log cannot be written \(EPIPE\)/g)).toHaveLength(1);
  });

  test.each(['0', '1'])(
    'name the client that a proxy reports, with %s workers',
    async (workers) => {
      const { command, port } = await serve(
        '--workers',
        workers,
        '--access-log',
        'access',
        '--access-log-format',
        'json',
        '--proxy-protocol',
        'v1',
        '--forwarded-allow-ips',
        '10.0.0.0/8',
      );
      const line = 'PROXY TCP4 10.1.1.1 198.51.100.1 4711 443\r\n';
      const forwarded = request(
        '/p',
        'X-Forwarded-For: 127.0.0.1, 192.0.2.7',
        'X-Forwarded-Proto: https',
      );
      expect(await exchange(port, line + forwarded)).toContain('200 OK');
      expect(await exchange(port, forwarded)).toBe('');
      command.child.kill('SIGTERM');
      expect(await command.exit).toBe(0);
      const records = lines('access').map((written) => JSON.parse(written) as unknown);
      expect(records).toEqual([
        expect.objectContaining({
          'client.address': '192.0.2.7',
          'network.peer.address': '10.1.1.1',
          'url.scheme': 'https',
        }),
      ]);
      expect(command.errors()).toMatch(
        /closed 127\.0\.0\.1: a connection begins with a PROXY protocol header/,
      );
    },
  );
});
