import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { RunningCommand } from './arbiter/running-command.ts';
import { ask, type FrontProtocol, variablesOf } from './front-client.ts';
import { FIXTURES } from './tsgi-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'tsgi-protocol-'));

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** Starts `tsgi serve` and gives the port that its ready line names. */
async function serve(
  protocol: FrontProtocol,
  ...args: readonly string[]
): Promise<{ command: RunningCommand; port: number }> {
  const command = new RunningCommand(
    ['serve', ...args, '--protocol', protocol, '--bind', '127.0.0.1:0'],
    { cwd: FIXTURES },
  );
  const pattern = new RegExp(`^tsgi: serving \\S+ on ${protocol}://127\\.0\\.0\\.1:(\\d+) `, 'm');
  const [, port] = await command.until(pattern);
  return { command, port: Number(port) };
}

const PROTOCOLS: readonly FrontProtocol[] = ['fastcgi', 'scgi', 'uwsgi'];

describe('tsgi serve --protocol', () => {
  test.each(PROTOCOLS)('serves by %s with workers, and writes its access log', async (protocol) => {
    const { command, port } = await serve(protocol, 'hello.mjs');
    const response = await ask(protocol, { port }, variablesOf('/some/path?q'));
    expect(response).toMatch(/^(?:Status:|HTTP\/1\.1) 200 OK\r\n[^]*\r\n\r\nhello\n$/);
    await command.until(/^192\.0\.2\.7 .* "GET \/some\/path\?q HTTP\/1\.1" 200 6 /m);
    command.signal('SIGTERM');
    expect(await command.exit).toBe(0);
  });

  test.each(PROTOCOLS)('lets a running response by %s end, in one process', async (protocol) => {
    const { command, port } = await serve(protocol, 'slow.mjs', '--workers', '0');
    const response = ask(protocol, { port }, variablesOf('/'));
    await command.until(/^called$/m);
    command.signal('SIGTERM');
    expect(await response).toMatch(/\r\n\r\nwhole\n$/);
    expect(await command.exit).toBe(0);
  });

  test('keeps to the limits, and answers for its health', async () => {
    const { port } = await serve(
      'scgi',
      'hello.mjs',
      '--max-body-size',
      '3',
      '--health-path',
      '/up',
    );
    const large = variablesOf('/', { REQUEST_METHOD: 'POST', CONTENT_LENGTH: '4' });
    expect(await ask('scgi', { port }, large)).toMatch(/^(?:Status:|HTTP\/1\.1) 413 /);
    expect(await ask('scgi', { port }, variablesOf('/up'))).toMatch(/ 200 OK\r\n(?![^]*hello)/);
  });

  test('takes the mount and the path from where it is told to', async () => {
    const cwd = mkdtempSync(join(directory, 'app-'));
    writeFileSync(
      join(cwd, 'app.mjs'),
      `export default ({ SCRIPT_NAME, PATH_INFO }, startResponse) => {
        startResponse('200 OK', []);
        return [new TextEncoder().encode([SCRIPT_NAME, PATH_INFO].join(' '))];
      };`,
    );
    const contentWith = async (...args: readonly string[]): Promise<string> => {
      const { command, port } = await serve('uwsgi', join(cwd, 'app.mjs'), ...args);
      const variables = variablesOf('/shop/a%2Fb', { SCRIPT_NAME: '/shop', PATH_INFO: '/a/b' });
      const response = await ask('uwsgi', { port }, variables);
      await command.end();
      return response.slice(response.indexOf('\r\n\r\n') + 4);
    };
    expect(await contentWith()).toBe('/shop /a%2Fb');
    expect(await contentWith('--path-source', 'path-info')).toBe('/shop /a/b');
    expect(await contentWith('--script-name', '')).toBe(' /shop/a%2Fb');
  });

  test('takes new code on SIGHUP, on a Unix socket', async () => {
    const cwd = mkdtempSync(join(directory, 'app-'));
    const write = (text: string): void =>
      writeFileSync(
        join(cwd, 'app.mjs'),
        `export default (environ, startResponse) => {
          startResponse('200 OK', []);
          return [new TextEncoder().encode('${text}')];
        };`,
      );
    write('first');
    const path = join(cwd, 'app.sock');
    const command = new RunningCommand(
      ['serve', 'app.mjs', '--protocol', 'fastcgi', '--bind', `unix:${path}`],
      { cwd },
    );
    await command.until(/^tsgi: serving app\.mjs on unix:.*app\.sock \(sync\)$/m);
    expect(await ask('fastcgi', { path }, variablesOf('/'))).toMatch(/\r\n\r\nfirst$/);
    write('second');
    command.signal('SIGHUP');
    await command.until(/ reloaded: 1 new worker serves/);
    expect(await ask('fastcgi', { path }, variablesOf('/'))).toMatch(/\r\n\r\nsecond$/);
  });
});
