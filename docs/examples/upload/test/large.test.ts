import { spawn } from 'node:child_process';
import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

const COMMAND = fileURLToPath(new URL('../../../../packages/tsgi/bin/tsgi.mjs', import.meta.url));
const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const MIB = 1024 * 1024;
const SIZE = 200 * MIB;
/** So much fills the young generation of the heap, which is not what is measured. */
const WARM_UP = 16 * MIB;
const HEAD = Buffer.from(
  '--X\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n\r\n',
);
const TAIL = Buffer.from('\r\n--X--\r\n');

async function start(module: string, folder: string) {
  const args = ['serve', join(PACKAGE, module), '--config', join(PACKAGE, 'tsgi.config.json')];
  const server = spawn(
    process.execPath,
    [COMMAND, ...args, '--bind', '127.0.0.1:0', '--control-socket', 'off'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, UPLOAD_FOLDER: folder },
    },
  );
  onTestFinished(async () => {
    const exited = once(server, 'exit');
    if (server.kill('SIGTERM')) await exited;
  });
  let log = '';
  server.stderr.on('data', (text) => (log += String(text)));
  const exited = once(server, 'exit').then(() => []);
  const [output] = await Promise.race([once(server.stdout, 'data'), exited]);
  server.stdout.resume();
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(output)) ?? [];
  if (url === undefined) throw new Error(`the server does not say where it answers: ${log}`);
  return { worker: onlyChild(server.pid as number), url };
}

/** The process that the command has started to serve, by proc(5). */
function onlyChild(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  expect(children).toMatch(/^\d+$/);
  return Number(children);
}

/** KiB of a field of proc(5) status. */
function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
}

async function upload(url: string, size: number) {
  const hash = createHash('sha256');
  // Octets that look random, made as fast as they are sent and never held.
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
  function* body() {
    yield HEAD;
    const zeros = Buffer.alloc(MIB);
    for (let sent = 0; sent < size; sent += MIB) {
      const octets = cipher.update(zeros);
      hash.update(octets);
      yield octets;
    }
    yield TAIL;
  }
  const outgoing = request(url, {
    method: 'POST',
    headers: {
      'content-type': 'multipart/form-data; boundary=X',
      'content-length': HEAD.byteLength + size + TAIL.byteLength,
    },
  });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  await pipeline(Readable.from(body()), outgoing);
  const [response] = await answered;
  response.resume();
  return { status: response.statusCode, digest: hash.digest('hex') };
}

describe.skipIf(process.platform !== 'linux')('200 MiB through tsgi serve', () => {
  test.each(['dist/app.js', 'dist/async-app.js'])('cost %s less than 80 MiB', async (module) => {
    const folder = temporaryFolder();
    const { worker, url } = await start(module, folder);
    expect((await upload(url, WARM_UP)).status).toBe(303);
    const before = new Set(readdirSync(folder));
    const idle = memoryOf(worker, 'VmRSS');
    const { status, digest } = await upload(url, SIZE);
    expect(status).toBe(303);
    const [name = '', ...others] = readdirSync(folder).filter((file) => !before.has(file));
    expect(others).toEqual([]);
    const stored = createHash('sha256');
    await pipeline(createReadStream(join(folder, name)), stored);
    expect(stored.digest('hex')).toBe(digest);
    const fetched = createHash('sha256');
    const download = await fetch(`${url}/files/${name}`);
    await pipeline(Readable.fromWeb(download.body as never), fetched);
    expect(fetched.digest('hex')).toBe(digest);
    const range = { range: `bytes=${SIZE - 4}-` };
    const end = await fetch(`${url}/files/${name}`, { headers: range });
    expect([end.status, (await end.arrayBuffer()).byteLength]).toEqual([206, 4]);
    const growth = (memoryOf(worker, 'VmHWM') - idle) / 1024;
    expect(growth).toBeLessThan(80);
  });
});
