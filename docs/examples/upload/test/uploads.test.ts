// oxlint-disable-next-line import/no-unassigned-import -- it adds matchers
import '@tsgi/testing/vitest';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAsyncClient, createClient, type SyncClient } from '@tsgi/testing';
import { describe, expect, test } from 'vitest';
import { FileFolder } from '../src/file-folder.ts';
import { createAsyncUploads, createUploads } from '../src/uploads.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SMALL = { maxFileSize: 1000, maxFiles: 2, maxParts: 20, maxFieldsSize: 1000 };

function open() {
  const path = temporaryFolder();
  const uploads = createUploads(new FileFolder(path), SMALL);
  return { path, client: createClient(uploads, { scriptName: '/up' }) };
}

function store(client: SyncClient, filename: string, content: string): string {
  client.post('/up/', { files: { file: { filename, content } }, expect: 303 });
  const names = [
    ...client
      .get('/up/')
      .text()
      .matchAll(/href="\/up(\/files\/[^"]+)"/g),
  ];
  return names.map(([, name = '']) => name).find((name) => name.endsWith(filename)) ?? '';
}

describe('createUploads', () => {
  test('stores files and lists them', () => {
    const { client, path } = open();
    const posted = client.post('/up/', {
      files: { file: { filename: 'a.txt', content: 'one' } },
      follow: true,
      expect: 200,
    });
    expect(posted.history.map(({ status }) => status)).toEqual([303]);
    expect(posted).toHaveText(/<td>3 octets<\/td>/);
    expect(readdirSync(path)).toEqual([expect.stringMatching(/^[0-9a-f]{16}-a\.txt$/)]);
  });

  test('gives a file back as an attachment, whole or in part', () => {
    const { client } = open();
    const target = `/up${store(client, 'page.html', '<script>alert(1)</script>')}`;
    const whole = client.get(target, { expect: 200 });
    expect(whole).toHaveText('<script>alert(1)</script>');
    expect(whole).toHaveHeader('content-disposition', 'attachment');
    expect(whole).toHaveHeader('x-content-type-options', 'nosniff');
    const part = client.get(target, { headers: { range: 'bytes=1-6' }, expect: 206 });
    expect(part).toHaveText('script');
    expect(part).toHaveHeader('content-range', 'bytes 1-6/25');
    const headers = { 'if-none-match': whole.header('etag') ?? '' };
    expect(client.get(target, { headers })).toHaveStatus(304);
    expect(client.head(target)).toHaveHeader('content-length', '25');
  });

  test.each([
    ['../../etc/passwd', /-\.\._\.\._etc_passwd$/],
    ['<b>ë"\u{1F31F}', /-_b_$/],
    ['x'.repeat(300), /-x{80}$/],
    ['.part-x', /-\.part-x$/],
  ])('makes a plain name of %j', (filename, stored) => {
    const { client, path } = open();
    client.post('/up/', { files: { file: { filename, content: 'x' } }, expect: 303 });
    expect(readdirSync(path)).toEqual([expect.stringMatching(stored)]);
  });

  test('refuses with a page what exceeds a limit, and keeps nothing of it', () => {
    const { client, path } = open();
    const file = { filename: 'a', content: 'x'.repeat(1001) };
    const refused = client.post('/up/', { files: { file }, expect: 413 });
    expect(refused).toHaveText(
      /<h1>Content Too Large<\/h1>\n<p>A file takes at most 1000 octets\./,
    );
    const small = { filename: 'a', content: 'x' };
    const many = client.post('/up/', { files: { file: [small, small, small] }, expect: 413 });
    expect(many).toHaveText(/<p>At most 2 files are taken\.<\/p>/);
    expect(readdirSync(path)).toEqual([]);
  });

  test('removes a file, and only one that is there', () => {
    const { client, path } = open();
    const name = store(client, 'a.txt', 'one').replace('/files/', '');
    client.post('/up/delete', { form: { name: `../${name}` }, expect: 404 });
    expect(readdirSync(path)).toEqual([name]);
    client.post('/up/delete', { form: { name }, expect: 303 });
    expect(readdirSync(path)).toEqual([]);
  });

  test.each([
    ['GET', '/up/nothing', 404],
    ['GET', '/up/files/nothing', 404],
    ['GET', '/up/files/../../x', 404],
    ['GET', '/up/delete', 405],
    ['PUT', '/up/', 405],
    ['POST', '/up/', 415],
  ])('answers %s %s with %i', (method, target, status) => {
    const { client } = open();
    expect(client.request(method, target)).toHaveStatus(status);
  });

  test('refuses an empty form and a form of another site', () => {
    const { client } = open();
    const files = { file: { filename: '', content: '' } };
    expect(client.post('/up/', { files })).toHaveStatus(400);
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect(client.post('/up/', { files, headers })).toHaveStatus(403);
  });

  test('sweeps away what a killed process left unfinished', () => {
    const path = temporaryFolder();
    writeFileSync(join(path, '.part-0123'), 'half');
    const folder = new FileFolder(path);
    expect([readdirSync(path), folder.list()]).toEqual([[], []]);
  });
});

describe('createAsyncUploads', () => {
  test('stores a file that arrives in pieces', async () => {
    const path = temporaryFolder();
    const client = createAsyncClient(createAsyncUploads(new FileFolder(path), SMALL));
    const file = { filename: 'a.txt', content: 'one two three' };
    await client.post('/', { files: { file }, input: { split: 7 }, expect: 303 });
    expect(await client.get('/')).toHaveText(/13 octets/);
  });

  test('keeps nothing of a file that did not arrive whole', async () => {
    const path = temporaryFolder();
    const client = createAsyncClient(createAsyncUploads(new FileFolder(path), SMALL));
    const file = { filename: 'a.txt', content: 'x'.repeat(900) };
    const cut = await client.post('/', { files: { file }, input: { split: 100, failAfter: 500 } });
    expect(cut.aborted || cut.status === 400).toBe(true);
    expect(readdirSync(path)).toEqual([]);
  });
});
