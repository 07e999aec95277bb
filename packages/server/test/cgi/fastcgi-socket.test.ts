import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isCgi, isFastcgiSocket } from '../../src/index.ts';
import { FrontClient, variables } from '../front/front-client.ts';

const INDEX = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

async function listen(where: { port: number; host: string } | { path: string }): Promise<Server> {
  const server = createServer();
  server.listen(where);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
}

function descriptorOf(socket: object): number {
  const { _handle: handle } = socket as { _handle: { fd: number } };
  return handle.fd;
}

function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tsgi-fcgi-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'socket');
}

describe('isFastcgiSocket', () => {
  test.each(['127.0.0.1', '::1'])('knows a socket that listens on %s', async (host) => {
    const server = await listen({ port: 0, host });
    expect(isFastcgiSocket(descriptorOf(server))).toBe(true);
    const { port } = server.address() as AddressInfo;
    const client = connect({ port, host });
    onTestFinished(() => void client.destroy());
    await once(client, 'connect');
    expect(isFastcgiSocket(descriptorOf(client))).toBe(false);
  });

  test('knows a Unix socket that listens', async () => {
    const path = socketPath();
    const server = await listen({ path });
    expect(isFastcgiSocket(descriptorOf(server))).toBe(true);
    const client = connect({ path });
    onTestFinished(() => void client.destroy());
    await once(client, 'connect');
    expect(isFastcgiSocket(descriptorOf(client))).toBe(false);
  });

  test('takes neither a file nor what is not open for one', () => {
    const fd = openSync(INDEX, 'r');
    expect(isFastcgiSocket(fd)).toBe(false);
    closeSync(fd);
    expect(isFastcgiSocket(1_000_000)).toBe(false);
  });

  test('finds the socket on descriptor 0 of a program, which serves on it', async () => {
    const script = `import(${JSON.stringify(INDEX)}).then(async ({ serve, isFastcgiSocket }) => {
      if (!isFastcgiSocket()) throw new Error('no socket');
      const app = (environ, start) => { start('200 OK', []); return [Buffer.from(environ.PATH_INFO)]; };
      await serve(app, { protocol: 'fastcgi', listen: { fd: 0 } });
    })`;
    const server = await listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.address() as AddressInfo;
    const child = spawn(process.execPath, ['-e', script], {
      stdio: [descriptorOf(server), 'inherit', 'inherit'],
    });
    onTestFinished(async () => {
      child.kill();
      await once(child, 'exit');
    });
    // the child has it now, and who connects waits for the child
    server.close();
    const front = await FrontClient.open(`fastcgi://127.0.0.1:${port}`, 'fastcgi');
    onTestFinished(() => front.close());
    await expect(front.response(front.request(variables('/a')))).resolves.toMatchObject({
      body: '/a',
    });
  });
});

describe('isCgi', () => {
  test.each([
    [true, { GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: 'GET' }],
    [false, { GATEWAY_INTERFACE: 'CGI/1.1' }],
    [false, { GATEWAY_INTERFACE: 'X/1.1', REQUEST_METHOD: 'GET' }],
    [false, { REQUEST_METHOD: 'GET' }],
    [false, {}],
  ])('is %s for %j', (is, environment) => {
    expect(isCgi(environment)).toBe(is);
  });
});
