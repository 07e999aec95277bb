import type { Middleware } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { errorPages } from '../../src/middleware/error-pages.ts';
import { sameOrigin } from '../../src/middleware/same-origin.ts';
import { openGuestbook } from '../guestbook-client.ts';
import { openBetween } from '../judged.ts';
import { openStore } from '../temporary-store.ts';
import { hello } from './hello.ts';

const guarded: Middleware = (inner) => errorPages(sameOrigin(inner));

function openGuarded() {
  return openBetween(guarded, hello, { host: 'book.example:8000' });
}

describe('sameOrigin', () => {
  test.each([
    [200, 'no header of a browser', {}],
    [200, 'Sec-Fetch-Site: same-origin', { 'sec-fetch-site': 'same-origin' }],
    [200, 'Sec-Fetch-Site: none', { 'sec-fetch-site': 'none' }],
    [403, 'Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }],
    [403, 'Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }],
    [200, 'its own origin', { origin: 'http://book.example:8000' }],
    [200, 'its own origin behind TLS', { origin: 'https://book.example:8000' }],
    [200, 'its own host in capitals', { origin: 'http://BOOK.example:8000' }],
    [403, 'another port', { origin: 'http://book.example' }],
    [403, 'another host', { origin: 'http://evil.example' }],
    [403, 'a hidden origin', { origin: 'null' }],
  ])('answers %i to POST with %s', (status, _what, headers) => {
    expect(openGuarded().post('/', { headers: { ...headers } }).status).toBe(status);
  });

  test('believes Sec-Fetch-Site, which a page cannot set, before Origin', () => {
    const headers = { origin: 'http://book.example:8000', 'sec-fetch-site': 'cross-site' };
    expect(openGuarded().post('/', { headers }).status).toBe(403);
  });

  test('refuses every method that may change something, and no reading one', () => {
    const headers = { origin: 'http://evil.example' };
    expect(openGuarded().delete('/', { headers }).status).toBe(403);
    expect(openGuarded().get('/', { headers }).status).toBe(200);
    expect(openGuarded().head('/', { headers }).status).toBe(200);
  });

  test('keeps a form of another site out of the guestbook', () => {
    const store = openStore();
    const response = openGuestbook({ store }).post('/sign', {
      form: { name: 'Eve', message: 'spam' },
      headers: { origin: 'http://evil.example' },
    });
    expect(response.status).toBe(403);
    expect(store.count()).toBe(0);
  });
});
