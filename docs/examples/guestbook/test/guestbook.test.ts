// oxlint-disable-next-line import/no-unassigned-import -- it adds matchers
import '@tsgi/testing/vitest';
import { createBrotliDecompress, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openGuestbook, sign } from './guestbook-client.ts';
import { makeDrafts, openStore } from './temporary-store.ts';

describe('createGuestbook', () => {
  test.each(['/', '/sign', '/nothing', '/entries.csv', '/style.css'])('guards %s', (path) => {
    const response = openGuestbook().get(path);
    expect(response).toHaveHeader('content-security-policy', /^default-src 'none'; (?!.*unsafe)/);
    expect(response).toHaveHeader('x-content-type-options', 'nosniff');
    expect(response).toHaveHeader('referrer-policy', 'same-origin');
  });

  test('leaves inline styles and scripts out of the pages, which the policy forbids', () => {
    const client = openGuestbook();
    sign(client, 'Ada', 'Hi');
    for (const path of ['/', '/sign', '/entries/1', '/nothing']) {
      expect(client.get(path).text()).not.toMatch(/<style|<script|\sstyle=|\son\w+=/);
    }
  });

  test('keeps a form of another site out, and says so on a page', () => {
    const store = openStore();
    const response = openGuestbook({ store }).post('/sign', {
      form: { name: 'Eve', message: 'spam' },
      headers: { origin: 'http://evil.example' },
      expect: 403,
    });
    expect(response).toHaveText(/<h1>Forbidden<\/h1>\n<p>This form was sent from another site\./);
    expect(store.count()).toBe(0);
  });

  test.each([
    ['whose length is known', {}],
    ['whose length shows while it is read', { headers: { 'transfer-encoding': 'chunked' } }],
  ])('refuses a form of more than 64 KiB %s with a page', (_what, options) => {
    const store = openStore();
    const form = { name: 'Ada', message: 'x'.repeat(64 * 1024) };
    const response = openGuestbook({ store }).post('/sign', { form, ...options, expect: 413 });
    expect(response).toHaveText(/<h1>Content Too Large<\/h1>\n<p>[^<]* a form may have 64 KiB\./);
    expect(store.count()).toBe(0);
  });

  test('has a page for what goes wrong, and its cause in the log alone', () => {
    const store = openStore();
    const client = openGuestbook({ store });
    store.close();
    const page = client.get('/', { expect: 500 });
    expect(page).toHaveText(/<h1>Internal Server Error<\/h1>\n<p>Something went wrong here\./);
    expect(page.text()).not.toMatch(/database|SQLite|\.ts:/i);
    expect(page.errors).toMatch(/database|SQLite/i);
    expect(client.get('/entries/1.json', { expect: 500 }).json()).toMatchObject({ status: 500 });
  });

  test('has nothing new for a browser that has the page, until somebody signs', () => {
    const client = openGuestbook();
    const headers = { 'if-none-match': client.get('/').header('etag') ?? '' };
    expect(client.get('/', { headers })).toHaveStatus(304);
    sign(client, 'Ada', 'Hi');
    expect(client.get('/', { headers })).toHaveStatus(200);
  });

  test('compresses pages whole and the export as it streams', async () => {
    const store = openStore();
    store.addAll(makeDrafts(2000));
    const client = openGuestbook({ store });
    const headers = { 'accept-encoding': 'gzip' };
    const page = client.get('/', { headers });
    expect(page).toHaveHeader('content-encoding', 'gzip');
    expect(gunzipSync(page.bytes).toString()).toBe(client.get('/').text());
    const { chunks } = client.get('/entries.csv', { headers: { 'accept-encoding': 'br' } });
    expect(chunks.length).toBeGreaterThan(5);
    // what has arrived can be read without waiting for the rest
    const decoder = createBrotliDecompress();
    decoder.write(chunks[0]);
    const [first] = (await decoder[Symbol.asyncIterator]().next()).value.toString().split('\r\n');
    expect(first).toBe('id,name,message,signed_at');
  });
});
