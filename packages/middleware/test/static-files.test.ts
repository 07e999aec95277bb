import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@tsgi/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mount } from '../src/mount.ts';
import { staticFiles } from '../src/static-files.ts';
import { asyncClientBetween, type BetweenOptions, clientBetween } from './between-lints.ts';
import { answering, fileWrapper } from './samples.ts';

let folder = '';
let root = '';
const site = answering('404 Not Found', 'application');
const client = (options: BetweenOptions = {}) => clientBetween(staticFiles(root), site, options);
const openFiles = (): number => readdirSync('/proc/self/fd').length;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsgi-static-'));
  root = join(folder, 'www');
  mkdirSync(join(root, 'docs/deep'), { recursive: true });
  mkdirSync(join(root, '.git'));
  mkdirSync(join(root, 'bare'));
  const files: Record<string, string> = {
    'www/a.txt': '0123456789',
    'www/index.html': '<p>home',
    'www/docs/index.html': '<p>docs',
    'www/docs/deep/x.html': '<p>deep',
    'www/.env': 'secret',
    'www/.git/config': 'secret',
    'www/caf\u00E9 1%.txt': 'caf\u00E9',
    'www/app.3f2a9c81.js': 'hashed',
    'www/big.js': 'plain',
    'www/big.js.br': 'brotli',
    'www/big.js.gz': 'gzip',
    'www/noending': 'x',
    'www/empty.css': '',
    'secret.txt': 'secret',
    'www-other.txt': 'secret',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  symlinkSync('../secret.txt', join(root, 'out.txt'));
  symlinkSync('a.txt', join(root, 'in.txt'));
  symlinkSync('..', join(root, 'up'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
  utimesSync(join(root, 'a.txt'), 784_111_777, 784_111_777);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('staticFiles', () => {
  test('sends a file with what tells of it', () => {
    const response = client().get('/a.txt');
    expect([response.status, response.text()]).toEqual([200, '0123456789']);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': '10',
      'Last-Modified': 'Sun, 06 Nov 1994 08:49:37 GMT',
      'Accept-Ranges': 'bytes',
      'Cache-Control': 'no-cache',
      'X-Content-Type-Options': 'nosniff',
      ETag: expect.stringMatching(/^"a-[0-9a-f]+"$/),
    });
  });

  test.each([
    ['/', '<p>home'],
    ['/docs/', '<p>docs'],
    ['/docs/deep/x.html', '<p>deep'],
    ['/caf%c3%a9%201%25.txt', 'caf\u00E9'],
    ['/in.txt', '0123456789'],
    ['/up/www/a.txt', '0123456789'],
    ['/noending', 'x'],
    ['/empty.css', ''],
    ['/docs/../a.txt', '0123456789'],
  ])('finds %s', (target, text) => {
    expect(client().get(target).text()).toBe(text);
  });

  test.each([
    '/nothing',
    '/.env',
    '/.git/config',
    '/docs/.env',
    '/%2eenv',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/docs%2findex.html',
    '/%2e%2e/secret.txt',
    '/../secret.txt',
    '/..%2fwww-other.txt',
    '/out.txt',
    '/up/secret.txt',
    '/a.txt/',
    '/a.txt%00.html',
    '/caf%e9%201%25.txt',
    '//a.txt',
    '/docs//index.html',
    '/docs/deep',
    '/bare/',
    '/bare',
    '/pipe',
  ])('leaves %s to the application', (target) => {
    const response = client().get(target);
    expect([response.status, response.text()]).toEqual([404, 'application']);
  });

  test('redirects a folder to its path with a slash, never to another host', () => {
    const response = client({ scriptName: '/m' }).get('/m/docs?x=1');
    expect([response.status, response.header('location')]).toEqual([308, '/m/docs/?x=1']);
    expect(client().get('//docs').status).toBe(404);
  });

  test('leaves other methods to the application', () => {
    expect(client().post('/a.txt').text()).toBe('application');
  });

  test('answers HEAD without content', () => {
    const response = client().head('/a.txt');
    expect([response.status, response.text(), response.header('content-length')]).toEqual([
      200,
      '',
      '10',
    ]);
  });

  test('works below a mount', () => {
    const mounted = createClient(mount({ '/static': staticFiles(root)(site) }));
    expect(mounted.get('/static/a.txt').text()).toBe('0123456789');
  });

  test('answers conditional requests', () => {
    const tag = client().get('/a.txt').header('etag') ?? '';
    const ask = (headers: Record<string, string>) => client().get('/a.txt', { headers });
    expect(ask({ 'If-None-Match': tag }).status).toBe(304);
    expect(ask({ 'If-None-Match': '"x"' }).status).toBe(200);
    expect(ask({ 'If-Modified-Since': 'Sun, 06 Nov 1994 08:49:37 GMT' }).status).toBe(304);
    expect(ask({ 'If-Match': '"x"' }).status).toBe(412);
    expect(ask({ 'If-Match': tag }).status).toBe(200);
  });

  test.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=-1', '9', 'bytes 9-9/10'],
  ])('sends the range %s', (range, text, told) => {
    const response = client().get('/a.txt', { headers: { Range: range } });
    expect([response.status, response.text(), response.header('content-range')]).toEqual([
      206,
      text,
      told,
    ]);
    expect(response.header('content-length')).toBe(String(text.length));
  });

  test('sends several ranges, in the order asked for', () => {
    const response = client().get('/a.txt', { headers: { Range: 'bytes=8-9,0-1' } });
    const boundary = /boundary=(.+)$/.exec(response.header('content-type') ?? '')?.[1];
    expect(response.text()).toBe(
      [
        `--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 8-9/10\r\n\r\n89`,
        `--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 0-1/10\r\n\r\n01`,
        `--${boundary}--\r\n`,
      ].join('\r\n'),
    );
    expect(response.header('content-length')).toBe(String(response.bytes.byteLength));
  });

  test('answers a range that is not there with 416', () => {
    const response = client().get('/a.txt', { headers: { Range: 'bytes=10-' } });
    expect([response.status, response.header('content-range')]).toEqual([416, 'bytes */10']);
  });

  test.each([
    ['br', 'brotli'],
    ['gzip', 'gzip'],
    ['br;q=0.1, gzip', 'gzip'],
    ['', 'plain'],
  ])('sends the sibling that the client takes: %j', (coding, text) => {
    const response = client().get('/big.js', { headers: { 'Accept-Encoding': coding } });
    expect([response.text(), response.header('vary')]).toEqual([text, 'Accept-Encoding']);
    expect(response.header('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.header('content-encoding')).toBe(
      text === 'plain' ? undefined : coding.includes('gzip') ? 'gzip' : 'br',
    );
  });

  test('lets names that change with their content be kept', () => {
    expect(client().get('/app.3f2a9c81.js').header('cache-control')).toBe(
      'public, max-age=31536000, immutable',
    );
  });

  test('does what its options say', () => {
    const open = clientBetween(
      staticFiles(root, {
        dotFiles: true,
        index: false,
        cacheControl: 'max-age=5',
        types: { txt: 'text/x' },
      }),
      site,
    );
    expect(open.get('/.env').text()).toBe('secret');
    expect(open.get('/').text()).toBe('application');
    expect(open.get('/docs').status).toBe(404);
    expect([
      open.get('/a.txt').header('content-type'),
      open.get('/a.txt').header('cache-control'),
    ]).toEqual(['text/x', 'max-age=5']);
  });

  test('sends through tsgi.file_wrapper where there is one', () => {
    const regions: unknown[] = [];
    const wrapping: typeof site = (environ, startResponse) => {
      const body = staticFiles(root)(site)(environ, startResponse);
      const { offset, length } = body['tsgi.file'] ?? {};
      regions.push([offset, length]);
      return body;
    };
    const wrapper = createClient(wrapping, { environ: { 'tsgi.file_wrapper': fileWrapper } });
    const headers = { Range: 'bytes=3-4' };
    expect([wrapper.get('/a.txt').text(), wrapper.get('/a.txt', { headers }).text()]).toEqual([
      '0123456789',
      '34',
    ]);
    expect(regions).toEqual([
      [0, 10],
      [3, 2],
    ]);
  });

  test('serves the asynchronous profile', async () => {
    const other = asyncClientBetween(staticFiles(root), site);
    expect((await other.get('/a.txt')).text()).toBe('0123456789');
  });

  test.skipIf(process.platform !== 'linux')('leaves no file open', () => {
    const before = openFiles();
    const tag = client().get('/a.txt').header('etag') ?? '';
    for (const headers of [
      {},
      { Range: 'bytes=0-1,3-4' },
      { Range: 'bytes=90-' },
      { 'If-None-Match': tag },
    ]) {
      client().get('/a.txt', { headers });
      client().get('/a.txt', { headers, leaveAfter: 1 });
      client().head('/a.txt', { headers });
      client().get('/docs', { headers });
      client().get('/big.js', { headers: { ...headers, 'Accept-Encoding': 'br' } });
    }
    expect(openFiles()).toBe(before);
  });

  test('refuses a folder that is not there', () => {
    expect(() => staticFiles(join(root, 'none'))).toThrow(
      /^staticFiles: the folder must exist; it is ".*none"$/,
    );
  });
});
