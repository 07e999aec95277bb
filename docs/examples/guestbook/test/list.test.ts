import { describe, expect, test } from 'vitest';
import { openGuestbook, sign } from './guestbook-client.ts';
import { makeDrafts, openStore } from './temporary-store.ts';

function openFilled(count: number) {
  const store = openStore();
  if (count > 0) store.addAll(makeDrafts(count));
  return openGuestbook({ store });
}

function listIds(page: string): number[] {
  return [...page.matchAll(/<h2 id="by-(\d+)">/g)].map(([, id]) => Number(id));
}

describe('createRoutes: pages of the list', () => {
  test('invites to sign where nobody has', () => {
    const page = openFilled(0).get('/');
    expect(page.status).toBe(200);
    expect(page.text()).toContain('Nobody has signed yet');
    expect(page.text()).not.toContain('aria-label="Pages"');
  });

  test('lists the newest first, twenty to a page', () => {
    const client = openFilled(41);
    expect(listIds(client.get('/').text())).toEqual(Array.from({ length: 20 }, (_, i) => 41 - i));
    expect(listIds(client.get('/?page=2').text())).toEqual(
      Array.from({ length: 20 }, (_, i) => 21 - i),
    );
    expect(listIds(client.get('/?page=3').text())).toEqual([1]);
  });

  test('links to the neighbouring, the first and the last page, and nowhere beyond', () => {
    const client = openFilled(81);
    const links = (target: string) => {
      const [nav = ''] = /<nav class="pages"[^]*?<\/nav>/.exec(client.get(target).text()) ?? [];
      return [...nav.matchAll(/href="([^"]*)"/g)].map(([, link]) => link);
    };
    expect(links('/')).toEqual(['/?page=2', '/?page=5']);
    expect(links('/?page=3')).toEqual(['/', '/?page=2', '/?page=4', '/?page=5']);
    expect(links('/?page=5')).toEqual(['/', '/?page=4']);
    expect(links('/?q=guest&page=2')).toEqual([
      '/?q=guest',
      '/?q=guest&amp;page=3',
      '/?q=guest&amp;page=5',
    ]);
  });

  test('keeps any search in the links to its other pages', () => {
    const store = openStore();
    store.addAll(makeDrafts(21, 'a&b=c #?"'));
    const page = openGuestbook({ store }).get('/', { query: { q: 'a&b=c #?"' } });
    expect(page.text()).toContain('href="/?q=a%26b%3Dc%20%23%3F%22&amp;page=2"');
    expect(page.text()).toContain('name="q" value="a&amp;b=c #?&quot;"');
  });

  test.each([
    ['/?page=3', 404],
    ['/?page=999999999', 404],
    ['/?page=0', 400],
    ['/?page=-1', 400],
    ['/?page=1.5', 400],
    ['/?page=9999999999', 400],
    ['/?page=', 400],
    ['/?page=%zz', 400],
    ['/?page=1&page=2', 400],
    [`/?q=${'x'.repeat(101)}`, 400],
    ['/?q=%00', 400],
    ['/?page=2', 200],
    ['/?unknown=1', 200],
    [`/?q=${'x'.repeat(100)}`, 200],
  ])('answers %s of two pages with %i', (target, status) => {
    expect(openFilled(21).get(target).status).toBe(status);
  });

  test('searches names and messages, and says what it searched for', () => {
    const client = openFilled(0);
    sign(client, 'Björn', 'Grüße');
    sign(client, 'Ada', 'hello, BJÖRN');
    sign(client, 'Eve', 'nothing');
    const page = client.get('/', { query: { q: ' björn ' } }).text();
    expect(listIds(page)).toEqual([2, 1]);
    expect(page).toContain('2 entries with “björn”');
    expect(client.get('/?q=%3Cb%3E').text()).toContain('0 entries with “&lt;b&gt;”');
  });
});

describe('createRoutes: entries', () => {
  test('shows an entry with links to its neighbours', () => {
    const client = openFilled(3);
    const page = client.get('/entries/2').text();
    expect(page).toContain('rel="prev" href="/entries/3"');
    expect(page).toContain('rel="next" href="/entries/1"');
    expect(client.get('/entries/1').text()).not.toContain('rel="next"');
    expect(client.get('/entries/3').text()).not.toContain('rel="prev"');
  });

  test.each([
    '/entries/4',
    '/entries/0',
    '/entries/01',
    '/entries/-1',
    '/entries/1/',
    '/entries/x',
  ])('answers %s with 404 where there are three entries', (target) => {
    const response = openFilled(3).get(target);
    expect(response.status).toBe(404);
    expect(response.header('content-type')).toBe('text/html; charset=utf-8');
  });

  test('answers /entries/1 under any spelling of its path', () => {
    const client = openFilled(1);
    expect(client.get('/%65ntries/%31').status).toBe(200);
    expect(client.get('/x/../entries/1').status).toBe(200);
    expect(client.get('/entries%2F1').status).toBe(404);
  });
});

describe('createRoutes: JSON', () => {
  test('gives an entry as it is stored', () => {
    const client = openFilled(0);
    sign(client, 'Zoë 🌟', '<b>"שלום"</b>\n');
    const response = client.get('/entries/1.json');
    expect(response.header('content-type')).toBe('application/json');
    expect(response.json()).toEqual({
      id: 1,
      name: 'Zoë 🌟',
      message: '<b>"שלום"</b>',
      signed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      url: '/entries/1',
    });
  });

  test('pages through the list as the query says', () => {
    const client = openFilled(5);
    const response = client.get('/entries.json?per_page=2&page=3&q=guest');
    expect(response.json()).toEqual({
      entries: [
        {
          id: 1,
          name: 'Guest 1',
          message: 'Message 1',
          signed_at: '2024-01-01T00:00:00.000Z',
          url: '/entries/1',
        },
      ],
      search: 'guest',
      page: 3,
      pages: 3,
      total: 5,
    });
    expect(client.get('/entries.json?per_page=200').status).toBe(200);
  });

  test.each([
    ['/entries.json?per_page=201', 400],
    ['/entries.json?per_page=0', 400],
    ['/entries.json?page=2', 404],
    ['/entries/99.json', 404],
    ['/nothing.json', 404],
  ])('answers %s with problem details and %i', (target, status) => {
    const response = openFilled(5).get(target);
    expect(response.status).toBe(status);
    expect(response.header('content-type')).toBe('application/problem+json');
    expect(response.json()).toEqual({
      status,
      title: response.reason,
      detail: expect.stringMatching(/\.$/),
    });
  });
});
