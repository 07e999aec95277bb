import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/tsgi.mjs', import.meta.url));
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsgi-fetch-'));
  writeFileSync(
    join(folder, 'app.mjs'),
    `const encode = (text) => Buffer.from(text, 'latin1');
export default (environ, startResponse) => {
  if (environ.PATH_INFO === '/octets') {
    startResponse('200 OK', []);
    return [Uint8Array.from({ length: 256 }, (_, index) => index)];
  }
  if (environ.PATH_INFO === '/throw') throw new Error('broken');
  if (environ.PATH_INFO === '/short') {
    startResponse('200 OK', [['Content-Length', '9']]);
    return (function* () { yield encode('four'); })();
  }
  const status = environ.PATH_INFO === '/missing' ? '404 Not Found' : '200 OK';
  startResponse(status, [['Content-Type', 'text/plain'], ['X-A', 'é']]);
  const { REQUEST_METHOD: method, SCRIPT_NAME: mount, CONTENT_TYPE: type, HTTP_X_B: b } = environ;
  return [encode([method, mount, environ.PATH_INFO, environ.QUERY_STRING, type, b].join(' ') + '|'), Buffer.from(environ['tsgi.input'].read())];
};
`,
  );
  writeFileSync(
    join(folder, 'asynchronous.mjs'),
    `export const profile = 'async';
export const lifespan = { startup(state) { state.words = 'from the startup'; }, shutdown() { process.stderr.write('shut down\\n'); } };
export default async function* app(environ, startResponse) {
  await Promise.resolve();
  startResponse('200 OK', []);
  yield Buffer.from(environ['tsgi.async'] + ' ' + environ['tsgi.state'].words);
}
`,
  );
  writeFileSync(join(folder, 'body.txt'), 'from a file');
});

afterAll(() => rmSync(folder, { recursive: true }));

function tsgiFetch(
  args: readonly string[],
  input = '',
): { status: number | null; output: Buffer; text: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, 'fetch', ...args], {
    cwd: folder,
    input,
  });
  return { status, output: stdout, text: stdout.toString('utf8'), errors: stderr.toString() };
}

describe('tsgi fetch', () => {
  test('writes the content of one response', () => {
    const { status, text, errors } = tsgiFetch(['app.mjs', '/p?q=1']);
    expect(text).toBe('GET  /p q=1  |');
    expect([status, errors]).toEqual([0, '']);
  });

  test('writes octets as they are', () => {
    const { output } = tsgiFetch(['app.mjs', '/octets']);
    expect([...output]).toEqual(Array.from({ length: 256 }, (_, index) => index));
  });

  test('takes a method, fields and a body', () => {
    const { text } = tsgiFetch(['app.mjs', '/p', '-X', 'PUT', '-H', 'X-B: one', '-d', 'a=b']);
    expect(text).toBe('PUT  /p  application/x-www-form-urlencoded one|a=b');
    const posted = tsgiFetch(['app.mjs', '/p', '-d', '{}', '-H', 'content-type: application/json']);
    expect(posted.text).toBe('POST  /p  application/json |{}');
  });

  test('takes a body from a file and from standard input', () => {
    expect(tsgiFetch(['app.mjs', '/', '-d', '@body.txt']).text).toMatch(/\|from a file$/);
    expect(tsgiFetch(['app.mjs', '/', '-d', '@-'], 'piped é').text).toMatch(/\|piped é$/);
  });

  test('shows status and fields where it is asked to', () => {
    const { output } = tsgiFetch(['app.mjs', '/', '-i']);
    expect(output.toString('latin1')).toMatch(
      /^HTTP\/1\.1 200 OK\r\nContent-Type: text\/plain\r\nX-A: é\r\n(?:[^\r]+\r\n)*\r\nGET /,
    );
  });

  test('ends with 22 where the status is no success, and writes the content all the same', () => {
    const { status, text } = tsgiFetch(['app.mjs', '/missing']);
    expect(text).toMatch(/^GET {2}\/missing/);
    expect(status).toBe(22);
  });

  test('shows what the application threw', () => {
    const { status, text, errors } = tsgiFetch(['app.mjs', '/throw']);
    expect([status, text]).toEqual([22, '500 Internal Server Error\n']);
    expect(errors).toContain('Error: broken');
  });

  test('ends with 1 where the response was cut off', () => {
    const { status, text } = tsgiFetch(['app.mjs', '/short']);
    expect([status, text]).toEqual([1, 'four']);
  });

  test('mounts the application', () => {
    expect(tsgiFetch(['app.mjs', '/m/p', '--script-name', '/m']).text).toBe('GET /m /p   |');
    expect(tsgiFetch(['app.mjs', '/p', '--script-name', '/m']).status).toBe(22);
  });

  test('calls an application of the asynchronous profile between startup and shutdown', () => {
    const { status, text, errors } = tsgiFetch(['asynchronous.mjs']);
    expect([status, text, errors]).toEqual([0, 'true from the startup', 'shut down\n']);
  });

  test('lints where it is asked to', () => {
    const { status, errors } = tsgiFetch(['app.mjs', '/short', '--lint']);
    expect(errors).toContain('APP-CL-MATCH');
    expect(status).toBe(1);
    expect(tsgiFetch(['app.mjs', '/p', '--lint']).errors).toBe('');
  });

  test.each([
    [['app.mjs', 'p'], 'PATH begins with a slash'],
    [['app.mjs', '/', '-H', 'nonsense'], '--header takes NAME: VALUE; got "nonsense"'],
    [['app.mjs', '/', '-X', 'A B'], '--request takes a method; got "A B"'],
    [['app.mjs', '/', '-d', '@absent'], '--data takes @FILE with a readable file'],
  ])('refuses %j with 2', (args, message) => {
    const { status, errors } = tsgiFetch(args);
    expect(errors).toContain(message);
    expect(status).toBe(2);
  });

  test('ends with 4 where there is no application', () => {
    expect(tsgiFetch(['absent.mjs', '/']).status).toBe(4);
  });
});
