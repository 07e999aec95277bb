import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { DOORS } from '../src/doors.ts';
import { type OpenDoor, openDoor } from '../src/open-door.ts';
import { makeScratchFolder } from '../src/scratch-folder.ts';
import { availableDoors } from '../src/which-doors.ts';
import { type Answered, type Asked, exchange } from './exchange.ts';

const APP = fileURLToPath(new URL('fixtures/site.mjs', import.meta.url));
const MOUNT = '/shop';

/** Modules of Apache that pass on no body whose length is not known. */
const WANTS_LENGTH: ReadonlySet<string> = new Set(['apache-scgi', 'apache-uwsgi']);

describe.each(availableDoors())('%s', (id) => {
  const scratch = makeScratchFolder();
  const assets = join(scratch.path, 'assets');
  const hidden = join(scratch.path, 'hidden');
  const gate = join(scratch.path, 'gate');
  const isNginx = DOORS[id].front === 'nginx';
  let door: OpenDoor;

  beforeAll(async () => {
    for (const folder of [assets, hidden]) mkdirSync(folder);
    writeFileSync(join(assets, 'style.css'), 'p { color: red }\n');
    writeFileSync(join(hidden, 'secret.txt'), 'for your eyes only\n');
    const accel = isNginx ? ['--accel', `${hidden}=/private`] : [];
    door = await openDoor(id, {
      app: APP,
      folder: join(scratch.path, 'door'),
      flags: ['--script-name', MOUNT],
      init: ['--static', `${assets}=/assets`, ...accel],
      env: { DOORS_PRIVATE: hidden, DOORS_GATE: gate },
    });
  });

  afterAll(async () => {
    await door?.close();
    scratch.remove();
  });

  const ask = (asked: Asked): Promise<Answered> => {
    onTestFailed(() => {
      for (const { output } of [door.front, ...door.backends]) process.stderr.write(output);
    });
    return exchange(door.url, asked);
  };

  const environAt = async (target: string, headers = {}): Promise<Record<string, string>> => {
    const { status, body } = await ask({ target, headers });
    expect({ target, status }).toEqual({ target, status: 200 });
    return JSON.parse(body) as Record<string, string>;
  };

  test('mounts the application below its prefix', async () => {
    const environ = await environAt(`${MOUNT}/a/b?c=d`);
    expect(environ).toMatchObject({
      SCRIPT_NAME: MOUNT,
      PATH_INFO: '/a/b',
      QUERY_STRING: 'c=d',
      REQUEST_URI: `${MOUNT}/a/b?c=d`,
    });
  });

  test.each([
    ['%2F', '/a%2Fb', '/a%2Fb'],
    ['octets above ASCII', '/%c3%a9', '/%C3%A9'],
    ['an encoded letter', '/%61dmin', '/admin'],
    ['two slashes', '/a//b', '/a//b'],
    ['dots', '/a/../b/./c', '/b/c'],
    ['encoded dots', '/a/%2e%2e/b', '/b'],
    ['an encoded percent sign', '/%252F', '/%252F'],
    ['odd characters', '/a;x=1/b|c', '/a;x=1/b%7Cc'],
  ])('has the PATH_INFO that the specification asks for with %s', async (_what, path, expected) => {
    const { PATH_INFO, SCRIPT_NAME } = await environAt(`${MOUNT}${path}`);
    expect({ SCRIPT_NAME, PATH_INFO }).toEqual({ SCRIPT_NAME: MOUNT, PATH_INFO: expected });
  });

  test('tells who the client is, whatever it writes itself', async () => {
    const forged = {
      'X-Forwarded-For': '203.0.113.9',
      'X-Forwarded-Proto': 'https',
      Forwarded: 'for=203.0.113.9;proto=https',
    };
    const environ = await environAt(`${MOUNT}/`, forged);
    expect(environ['REMOTE_ADDR']).toBe('127.0.0.1');
    expect(environ['tsgi.url_scheme']).toBe('http');
  });

  test('keeps the host that the client asked for', async () => {
    const environ = await environAt(`${MOUNT}/`, { Host: 'shop.example:8080' });
    expect(environ['HTTP_HOST']).toBe('shop.example:8080');
  });

  test('passes a redirect below its prefix on', async () => {
    const { status, headers } = await ask({ target: `${MOUNT}/leave` });
    expect(status).toBe(303);
    expect([`${MOUNT}/environ`, `${door.url}${MOUNT}/environ`]).toContain(headers['location']);
  });

  const content = Buffer.alloc(1_500_000, 'upload ');
  const upload = (chunked: boolean): Promise<Answered> =>
    ask({ method: 'POST', target: `${MOUNT}/upload`, content, chunked });
  const digest = createHash('sha256').update(content).digest('hex');

  test('takes an upload with a length', async () => {
    expect((await upload(false)).body).toBe(`${content.length} ${digest}`);
  });

  test.skipIf(WANTS_LENGTH.has(id))('takes an upload in chunks', async () => {
    expect((await upload(true)).body).toBe(`${content.length} ${digest}`);
  });

  test.runIf(WANTS_LENGTH.has(id))('refuses an upload in chunks, as Apache does', async () => {
    expect((await upload(true)).status).toBe(411);
  });

  test('serves static files beside the application', async () => {
    const { status, body, headers } = await ask({ target: '/assets/style.css' });
    expect({ status, body }).toEqual({ status: 200, body: 'p { color: red }\n' });
    expect(headers['content-type']).toBe('text/css');
  });

  test.runIf(isNginx)(
    'sends a file that X-Accel-Redirect names, and to nobody who asks for it',
    async () => {
      const sent = await ask({ target: `${MOUNT}/accel/secret.txt` });
      expect({ status: sent.status, body: sent.body }).toEqual({
        status: 200,
        body: 'for your eyes only\n',
      });
      expect(sent.headers).not.toHaveProperty('x-accel-redirect');
      expect((await ask({ target: '/private/secret.txt' })).status).toBe(404);
    },
  );

  test('passes a response on piece by piece', async () => {
    rmSync(gate, { force: true });
    const { body } = await ask({
      target: `${MOUNT}/stream`,
      onText: (text) => {
        if (text === 'first\n') writeFileSync(gate, '');
      },
    });
    expect(body).toBe('first\nsecond\n');
  });
});
