import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ServeOptions, serve } from '@tsgi/server';
import type { Application, OnFinish, Outcome } from '@tsgi/types';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createGuestbook } from '../src/guestbook.ts';
import { makeDrafts, openStore, temporaryFile } from './temporary-store.ts';

const COMMAND = fileURLToPath(new URL('../../../../packages/tsgi/bin/tsgi.mjs', import.meta.url));
const MODULE = fileURLToPath(new URL('../dist/app.js', import.meta.url));

async function serveQuietly(application: Application, options: ServeOptions = {}) {
  const errors = { write() {}, flush() {} };
  const handle = await serve(application, { port: 0, errors, ...options, profile: 'sync' });
  onTestFinished(() => handle.close());
  return handle;
}

describe('createGuestbook, served', () => {
  test('takes a form and redirects below its mount', async () => {
    const { url } = await serveQuietly(createGuestbook(openStore()), {
      scriptName: '/book',
    });
    const body = new URLSearchParams({ name: 'Zoë 🌟', message: 'שלום' });
    const headers = { origin: url };
    const response = await fetch(`${url}/book/sign`, { method: 'POST', body, headers });
    expect(response.url).toBe(`${url}/book/entries/1?thanks`);
    expect(await response.text()).toContain('<bdi>Zoë 🌟</bdi>');
  });

  test('refuses a large form and goes on serving', async () => {
    const { url } = await serveQuietly(createGuestbook(openStore()));
    const body = new URLSearchParams({ name: 'Ada', message: 'x'.repeat(200_000) });
    const refused = await fetch(`${url}/sign`, { method: 'POST', body });
    expect(refused.status).toBe(413);
    expect(await refused.text()).toContain('<h1>Content Too Large</h1>');
    expect((await fetch(url)).status).toBe(200);
  });

  test('stops its export when the client goes away', async () => {
    const store = openStore();
    store.addAll(makeDrafts(10_000, '漢'.repeat(1000)));
    const guestbook = createGuestbook(store);
    let finish: OnFinish | undefined;
    const { port } = await serveQuietly((environ, startResponse) => {
      finish = environ['tsgi.on_finish'];
      return guestbook(environ, startResponse);
    });
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /entries.csv HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'data');
    expect(store.openExports).toBe(1);
    const finished = new Promise<Outcome>((resolve) => finish?.(resolve));
    socket.destroy();
    const outcome = await finished;
    expect(outcome.aborted).toBe(true);
    expect(outcome.bytesSent).toBeLessThan(30_000_000);
    expect(store.openExports).toBe(0);
  });
});

describe('app.ts', () => {
  async function start(file: string) {
    const server = spawn(process.execPath, [COMMAND, 'serve', MODULE, '--bind', '127.0.0.1:0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TSGI_GUESTBOOK_DB: file },
    });
    onTestFinished(() => void server.kill('SIGKILL'));
    let log = '';
    server.stderr.on('data', (text) => (log += String(text)));
    const exited = once(server, 'exit');
    const [output] = await Promise.race([once(server.stdout, 'data'), exited]);
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(output)) ?? [];
    if (url === undefined) throw new Error(`the server does not say where it answers: ${log}`);
    return { server, url, exited };
  }

  test.each(['SIGTERM', 'SIGKILL'] as const)('has its entries again after %s', async (signal) => {
    const file = temporaryFile();
    const first = await start(file);
    const body = new URLSearchParams({ name: 'Ada', message: 'still here' });
    expect((await fetch(`${first.url}/sign`, { method: 'POST', body })).status).toBe(200);
    first.server.kill(signal);
    const [code] = await first.exited;
    expect(code).toBe(signal === 'SIGTERM' ? 0 : null);
    if (signal === 'SIGTERM') expect(readdirSync(dirname(file))).toEqual([basename(file)]);
    const second = await start(file);
    expect(await (await fetch(second.url)).text()).toContain('still here');
  });
});
