import { describe, expect, test } from 'vitest';
import { openGuestbook } from './guestbook-client.ts';
import { makeDrafts, openStore } from './temporary-store.ts';

const PATHS = [
  '/',
  '/sign',
  '/entries',
  '/entries/1',
  '/entries/1.json',
  '/entries.json',
  '/entries.csv',
];

describe('createRouter', () => {
  test.each(PATHS)('answers HEAD %s with the head of GET and no content', (path) => {
    const store = openStore();
    store.addAll(makeDrafts(3));
    const client = openGuestbook({ store });
    const got = client.get(path);
    const head = client.head(path);
    expect(head.status).toBe(got.status);
    expect(head.headers).toEqual(got.headers);
    expect(head.chunks).toEqual([]);
  });

  test.each(PATHS)('answers DELETE %s with 405 and the methods that it knows', (path) => {
    const client = openGuestbook();
    const refused = client.delete(path);
    expect(refused.status).toBe(405);
    const allow = path === '/sign' ? 'GET, POST, HEAD, OPTIONS' : 'GET, HEAD, OPTIONS';
    expect(refused.header('allow')).toBe(allow);
    expect(refused.text()).toContain(path.endsWith('.json') ? '"status": 405' : '<h1>Method');
    const asked = client.request('OPTIONS', path);
    expect(asked.status).toBe(204);
    expect(asked.header('allow')).toBe(allow);
  });

  test.each(['get', 'toString', '__proto__', 'BREW'])(
    'answers the method %s with 405',
    (method) => {
      expect(openGuestbook().request(method, '/').status).toBe(405);
    },
  );

  test.each(['/style.css', '/favicon.svg'])(
    'answers HEAD %s as GET, and DELETE with 404',
    (path) => {
      const client = openGuestbook();
      expect(client.head(path).headers).toEqual(client.get(path).headers);
      expect(client.delete(path).status).toBe(404);
    },
  );

  test.each(['/nothing', '//', '/sign/', '/style.css/x', '/SIGN', '/entries.csv.json'])(
    'answers %s with 404',
    (path) => {
      const client = openGuestbook();
      expect(client.get(path).status).toBe(404);
      expect(client.post(path, { form: {} }).status).toBe(404);
      expect(client.get(path).text()).toContain('There is no page at this address.');
    },
  );
});
