import { createHash } from 'node:crypto';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { serve, type ServerHandle } from '@tsgi/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSite } from '../src/site.ts';
import { PhpServer, whyNot } from './php-server.ts';

const LARGE = 16 * 2 ** 20;
const missing = whyNot();
if (missing !== undefined) {
  process.stdout.write(`mounted-php is skipped: ${missing}\n`);
}

const php = new PhpServer();
const folder = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
const log: string[] = [];
const events = new Set<string>();
const sites: ServerHandle[] = [];

beforeAll(async () => {
  if (missing !== undefined) {
    return;
  }
  const upstream = await php.start();
  const onUpstreamEvent = ({ type }: { type: string }): void => void events.add(type);
  for (const keepAlive of [0, 2]) {
    const paths = { upstream, site: folder('site'), front: folder('front') };
    sites.push(
      await serve(createSite(paths, { keepAlive, onUpstreamEvent }), {
        port: 0,
        profile: 'async',
        errors: { write: (text) => void log.push(text), flush() {} },
      }),
    );
  }
});

afterAll(async () => {
  await Promise.all(sites.map((site) => site.close()));
  await php.stop();
});

const sha256 = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex');

const CONNECTIONS = [
  ['a connection for each request', 0],
  ['kept connections', 1],
] as const;

describe.skipIf(missing !== undefined).each(CONNECTIONS)('PHP over %s', (_name, index) => {
  const at = (path: string): string => `${sites[index]?.url}${path}`;
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(at(path), { redirect: 'manual', ...init });

  test('makes links that lead back through the mount', async () => {
    const page = await (await ask('/php/')).text();
    const links = [...page.matchAll(/(?:href|action)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(links).toEqual([
      '/php/hello.php/Zo%C3%AB%20%C3%98re',
      '/php/me.php',
      '/php/blog/',
      '/php/login.php',
      '/php/upload.php',
    ]);
    for (const link of links.slice(0, 3)) {
      expect((await ask(link)).status).toBe(200);
    }
  });

  test('reads paths that are not ASCII', async () => {
    const text = await (await ask('/php/hello.php/Zo%C3%AB%20%C3%98re')).text();
    expect(text).toBe('Hello, Zoë Øre! You are at /php/hello.php/Zoë Øre.\n');
  });

  test('finds the index of a folder, and sends clients to its slash', async () => {
    expect(await (await ask('/php/blog/')).text()).toBe('Blog at /php/blog/index.php\n');
    const response = await ask('/php/blog?x=1');
    expect(response.status).toBe(308);
    expect(response.headers.get('location')).toBe('/php/blog/?x=1');
    expect((await ask('/php')).headers.get('location')).toBe('/php/');
  });

  test('gives everything to a front controller', async () => {
    expect(await (await ask('/front/a/%C3%A9?b=c')).json()).toEqual({
      script: '/front/index.php',
      path: '/a/é',
      target: '/front/a/%C3%A9?b=c',
    });
  });

  test('runs nothing but scripts, whatever the path says', async () => {
    for (const path of [
      '/php/uploads/picture.jpg',
      '/php/uploads/picture.jpg/x.php',
      '/php/uploads/picture.jpg%00.php',
      '/php/uploads/picture.jpg%2Fx.php',
      '/php/missing.php',
      '/php/%2e%2e/php/uploads/picture.jpg/index.php',
    ]) {
      const response = await ask(path);
      expect([path, response.status]).toEqual([path, 404]);
      expect(await response.text()).not.toContain('script either');
    }
  });

  test('logs in by a form and remembers it by a cookie', async () => {
    const login = (name: string): Promise<Response> =>
      ask('/php/login.php', { method: 'POST', body: new URLSearchParams({ name }) });
    expect((await login('')).status).toBe(401);
    const response = await login('Ada');
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('/php/me.php');
    const cookie = response.headers.getSetCookie().at(-1)?.split(';')[0] ?? '';
    expect(await (await ask('/php/me.php', { headers: { Cookie: cookie } })).json()).toEqual({
      name: 'Ada',
      address: '127.0.0.1',
      url: at('/php/me.php'),
    });
  });

  test('takes a large file and gives one back, octet by octet', async () => {
    const file = new Uint8Array(LARGE).map((_, place) => (place * 31 + (place >> 8)) & 0xff);
    const form = new FormData();
    form.append('file', new Blob([file]), 'großes Bild.bin');
    const taken = await ask('/php/upload.php', { method: 'POST', body: form });
    expect(await taken.json()).toEqual({ name: 'großes Bild.bin', sha256: sha256(file) });
    const given = await ask(`/php/download.php?size=${LARGE}`);
    expect(given.headers.get('content-length')).toBe(String(LARGE));
    const expected = new Uint8Array(LARGE).map((_, place) => place & 0xff);
    expect(sha256(new Uint8Array(await given.arrayBuffer()))).toBe(sha256(expected));
  });

  test('streams: what is made arrives before the rest is', async () => {
    const response = await ask('/php/stream.php');
    const pieces: string[] = [];
    for await (const piece of response.body ?? []) {
      pieces.push(Buffer.from(piece).toString());
      if (pieces.length === 1) {
        expect(await (await ask('/php/release.php')).text()).toBe('released\n');
      }
    }
    expect(pieces).toEqual(['one\n', 'two\n']);
  });

  test('uses a connection again where it is kept', async () => {
    events.clear();
    await (await ask('/php/blog/')).text();
    expect(events.has('reused')).toBe(index === 1);
  });

  test('complains in the log of the site', async () => {
    log.length = 0;
    expect(await (await ask('/php/warn.php')).text()).toBe('warned\n');
    expect(log.join('')).toContain('something to look at');
  });
});
