import type { Middleware } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { openGuestbook } from './guestbook-client.ts';
import { makeDrafts, openStore } from './temporary-store.ts';

const ENTRIES = 5000;

function openLarge() {
  const store = openStore();
  store.addAll(makeDrafts(ENTRIES));
  return { store, client: openGuestbook({ store }) };
}

describe('createRoutes: /entries.csv', () => {
  test('streams every entry in chunks of bounded size, without a stated length', () => {
    const { store, client } = openLarge();
    const response = client.get('/entries.csv');
    expect(response.status).toBe(200);
    expect(response.aborted).toBe(false);
    expect(response.header('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.header('content-disposition')).toBe('attachment; filename="guestbook.csv"');
    expect(response.header('content-length')).toBeUndefined();
    expect(response.text().match(/\r\n/g)).toHaveLength(ENTRIES + 1);
    expect(response.chunks.length).toBeGreaterThan(10);
    expect(Math.max(...response.chunks.map((chunk) => chunk.byteLength))).toBeLessThan(64 * 1024);
    expect(store.openExports).toBe(0);
  });

  test('lets its statement go when the client leaves in the middle', () => {
    const { store, client } = openLarge();
    const left = client.get('/entries.csv', { leaveAfter: 40_000 });
    expect(left.aborted).toBe(true);
    expect(left.bytes.byteLength).toBeLessThan(100_000);
    expect(store.openExports).toBe(0);
  });

  test('reads nothing for HEAD beyond the first chunk', () => {
    const { store, client } = openLarge();
    const response = client.head('/entries.csv');
    expect(response.status).toBe(200);
    expect(response.bytes.byteLength).toBe(0);
    expect(response.header('content-disposition')).toBe('attachment; filename="guestbook.csv"');
    expect(store.openExports).toBe(0);
  });

  test('answers with an error page where the store is closed before', () => {
    const { store, client } = openLarge();
    store.close();
    const response = client.get('/entries.csv');
    expect(response.status).toBe(500);
    expect(response.text()).toContain('Something went wrong here.');
    expect(response.text()).not.toContain('SQLite');
    expect(response.errors).toContain('SQLite');
  });

  test('cuts the response where the store is closed in the middle', () => {
    const { store } = openLarge();
    const closing: Middleware = (inner) => (environ, startResponse) => {
      const body = inner(environ, startResponse);
      return {
        *[Symbol.iterator]() {
          for (const chunk of body) {
            yield chunk;
            store.close();
          }
        },
        close: () => body.close?.(),
      };
    };
    const response = openGuestbook({ store, middleware: closing }).get('/entries.csv');
    expect(response.status).toBe(200);
    expect(response.aborted).toBe(true);
    expect(response.text().match(/^\d+,/gm)?.length).toBeLessThan(ENTRIES);
    expect(response.errors).toContain('SQLite');
  });
});
