import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { serve, type ServeOptions, type ServerHandle } from '../src/index.ts';
import { answer } from './server-fixture.ts';

const HOST = '127.0.0.1';
const app = answer(({ SERVER_NAME, SERVER_PORT, REMOTE_ADDR }) =>
  [SERVER_NAME, SERVER_PORT, REMOTE_ADDR ?? 'nobody'].join(' '),
);
const folder = mkdtempSync(join(tmpdir(), 'tsgi-listen-'));
const open: ServerHandle[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function listen(address: ServeOptions['listen']): Promise<ServerHandle> {
  const server = await serve(app, { listen: address, errors: { write() {}, flush() {} } });
  open.push(server);
  return server;
}

async function fetchText(target: {
  port?: number | undefined;
  socketPath?: string;
}): Promise<string> {
  const outgoing = request({ host: HOST, ...target, agent: false }).end();
  const [incoming] = await once(outgoing, 'response');
  return text(incoming);
}

function socketPath(): string {
  return join(mkdtempSync(join(tmpdir(), 'tsgi-unix-')), 'app.sock');
}

describe('serve with listen', () => {
  test('answers on several addresses at once', async () => {
    const path = socketPath();
    const server = await listen([{ host: HOST, port: 0 }, { host: '::1', port: 0 }, { path }]);
    const [first, second, third] = server.addresses;
    expect(await fetchText({ port: first?.port })).toBe(`${HOST} ${first?.port} ${HOST}`);
    expect(second?.url).toBe(`http://[::1]:${second?.port}`);
    expect(third?.url).toBe(`unix:${path}`);
    expect(await fetchText({ socketPath: path })).toBe('localhost 80 nobody');
    expect(server.counters()).toMatchObject({ accepted: 2, requests: 2, active: 0 });
    expect(server.url).toBe(first?.url);
  });

  test('sets the mode of a Unix socket and removes it at the end', async () => {
    const path = socketPath();
    const server = await listen({ path, mode: 0o600 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await server.close();
    expect(existsSync(path)).toBe(false);
  });

  test('replaces the socket of a server that was killed', async () => {
    const path = socketPath();
    const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await once(spawn(process.execPath, ['-e', script]), 'exit');
    expect(statSync(path).isSocket()).toBe(true);
    await listen({ path });
    expect(await fetchText({ socketPath: path })).toContain('localhost');
  });

  test('leaves the socket of a server that lives, and a file that is no socket', async () => {
    const path = socketPath();
    await listen({ path });
    await expect(listen({ path })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(await fetchText({ socketPath: path })).toContain('localhost');
    const file = socketPath();
    writeFileSync(file, 'precious');
    await expect(listen({ path: file })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('closes the addresses it has when one cannot be had', async () => {
    const taken: Server = createServer().listen(0, HOST);
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const path = socketPath();
    await expect(listen([{ path }, { host: HOST, port }])).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    expect(existsSync(path)).toBe(false);
    taken.close();
  });

  test('takes over a descriptor that listens already', async () => {
    const inherited = createServer().listen(0, HOST);
    await once(inherited, 'listening');
    const { port } = inherited.address() as { port: number };
    const { fd } = Reflect.get(inherited, '_handle') as { fd: number };
    const index = fileURLToPath(new URL('../dist/index.js', import.meta.url));
    const script = `import(${JSON.stringify(index)}).then(async ({ serve }) => {
      const server = await serve((environ, start) => { start('200 OK', []); return [Buffer.from('inherited ' + environ.SERVER_PORT)]; }, { listen: { fd: 3 } });
      process.stdout.write(server.url);
    })`;
    const child: ChildProcess = spawn(process.execPath, ['-e', script], {
      stdio: ['ignore', 'pipe', 'inherit', fd],
    });
    const [url] = await once(child.stdout as NodeJS.ReadableStream, 'data');
    inherited.close();
    expect(String(url)).toBe(`http://${HOST}:${port}`);
    expect(await fetchText({ port })).toBe(`inherited ${port}`);
    child.kill();
    await once(child, 'exit');
  });

  test('leaves the mask of the process as it was', async () => {
    const mask = process.umask();
    await listen({ path: socketPath(), mode: 0o600 });
    expect(process.umask()).toBe(mask);
  });

  test('refuses a path that the system would cut off, and says how long it is', async () => {
    const path = join(folder, 'x'.repeat(200));
    await expect(listen({ path })).rejects.toMatchObject({
      code: 'ERR_TSGI_OPTION',
      message: expect.stringContaining(`${path.length} octets`) as string,
    });
  });

  test('says that there is no such folder', async () => {
    await expect(listen({ path: join(folder, 'no', 'app.sock') })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  test('refuses a descriptor that is no socket, and one that is not open', async () => {
    const file = openSync(fileURLToPath(import.meta.url), 'r');
    await expect(listen({ fd: file })).rejects.toMatchObject({
      code: 'ERR_TSGI_OPTION',
      message: expect.stringContaining('no socket') as string,
    });
    closeSync(file);
    await expect(listen({ fd: 9999 })).rejects.toMatchObject({ code: 'EBADF' });
  });

  test('closes what it has where a descriptor cannot be had', async () => {
    const path = socketPath();
    await expect(listen([{ path }, { fd: 9999 }])).rejects.toMatchObject({ code: 'EBADF' });
    expect(existsSync(path)).toBe(false);
    await listen({ path });
    expect(await fetchText({ socketPath: path })).toContain('localhost');
  });

  test.each<[ServeOptions]>([
    [{ listen: [] }],
    [{ listen: { host: '', port: 1 } }],
    [{ listen: { host: HOST, port: 65_536 } }],
    [{ listen: { path: '' } }],
    [{ listen: { path: '/tmp/a\0b' } }],
    [{ listen: { path: '/x', mode: 0o1000 } }],
    [{ listen: { fd: -1 } }],
    [{ listen: { path: '/x', fd: 3 } }],
    [{ listen: { fd: 3 }, port: 1 }],
    [{ listen: { fd: 3 }, host: HOST }],
  ])('refuses %j', async (options) => {
    await expect(serve(app, options)).rejects.toMatchObject({ code: 'ERR_TSGI_OPTION' });
  });
});
