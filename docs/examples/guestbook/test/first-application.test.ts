import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createClient } from '@tsgi/testing';
import type { Application } from '@tsgi/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const GUIDE = new URL('../../../start/first-application.md', import.meta.url);
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const PACKAGE = fileURLToPath(new URL('../', import.meta.url));

/** The code blocks of the guide by the file name in their first line. */
function readBlocks(): Map<string, string> {
  const blocks = readFileSync(GUIDE, 'utf8').matchAll(/^```ts\n\/\/ (\S+)\n([^]*?)^```$/gm);
  return new Map([...blocks].map(([, name = '', code = '']) => [name, code]));
}

function writeProject(folder: string, blocks: ReadonlyMap<string, string>): void {
  for (const [name, code] of blocks) writeFileSync(join(folder, name), code);
  symlinkSync(join(PACKAGE, 'node_modules'), join(folder, 'node_modules'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const config = {
    extends: join(ROOT, 'tsconfig.base.json'),
    compilerOptions: { composite: false, typeRoots: [join(ROOT, 'node_modules/@types')] },
    files: [...blocks.keys()],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
}

describe('docs/start/first-application.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'first-application-'));
  const blocks = readBlocks();
  let compiler: SpawnSyncReturns<string>;

  async function load(name: string): Promise<Application> {
    const module = await import(pathToFileURL(join(folder, `${name}.js`)).href);
    return module.default;
  }

  beforeAll(() => {
    writeProject(folder, blocks);
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    compiler = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('names every block of TypeScript that it shows', () => {
    expect(readFileSync(GUIDE, 'utf8').match(/^```ts$/gm)).toHaveLength(blocks.size);
    expect([...blocks.keys()]).toContain('hello.ts');
  });

  test('compiles without a complaint', () => {
    expect(compiler.stdout).toBe('');
    expect(compiler.status).toBe(0);
  });

  test('greets with hello.ts', async () => {
    const response = createClient(await load('hello')).get('/');
    expect(response.text()).toBe('Hello!\n');
    expect(response.header('content-length')).toBe('7');
  });

  test('reads paths and headers with paths.ts', async () => {
    const client = createClient(await load('paths'));
    const headers = { 'accept-language': 'nl' };
    expect(client.get('/hello/Zo%c3%ab', { headers }).text()).toBe('Hello Zoë, reader of nl!\n');
    expect(client.get('/hello/%e9').text()).toBe('Hello %E9, reader of any language!\n');
    expect(client.get('/hello/a%2Fb').text()).toBe('Hello a/b, reader of any language!\n');
    expect(client.get('/hello/a/b').status).toBe(404);
    const refused = client.post('/hello/x', { form: {} });
    expect([refused.status, refused.header('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('takes, redirects and escapes a form with form.ts', async () => {
    const client = createClient(await load('form'), { scriptName: '/guests' });
    const posted = client.post('/guests/', { form: { name: '<b>Zoë</b>' } });
    expect([posted.status, posted.header('location')]).toEqual([303, '/guests/']);
    const page = client.get('/guests/').text();
    expect(page).toContain('action="/guests/"');
    expect(page).toContain('<li>&#60;b&#62;Zoë&#60;/b&#62;</li>');
    expect(client.post('/guests/', { json: {} }).status).toBe(415);
  });

  test('times and logs with timing.ts', async () => {
    const response = createClient(await load('timing')).get('/x');
    expect(response.header('server-timing')).toMatch(/^app;dur=\d+\.\d$/);
    expect(response.header('content-length')).toBe('7');
    expect(response.errors).toBe('GET /x 200 7 bytes sent\n');
  });

  test('counts and closes with counting.ts', async () => {
    const response = createClient(await load('counting')).get('/');
    expect(response.text()).toBe('Hello, world!\n');
    expect(response.errors).toBe('14 bytes of content\n');
  });

  test('streams and stops with numbers.ts', async () => {
    const client = createClient(await load('numbers'));
    const all = client.get('/');
    expect(all.text().endsWith('\r\n1000000,1000000000000\r\n')).toBe(true);
    expect(all.chunks).toHaveLength(1000);
    const left = client.get('/', { leaveAfter: 1 });
    expect(left.aborted).toBe(true);
    expect(left.errors).toContain('stopped before row 1001\n');
  });

  test('passes its own test in greeting.test.ts', () => {
    const args = ['--test', join(folder, 'greeting.test.js')];
    const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(run.stdout).toContain('pass 1');
    expect(run.status).toBe(0);
  });
});
