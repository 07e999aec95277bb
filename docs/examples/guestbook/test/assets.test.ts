// oxlint-disable-next-line import/no-unassigned-import -- it adds matchers
import '@tsgi/testing/vitest';
import { describe, expect, test } from 'vitest';
import { ASSETS_VERSION } from '../src/assets.ts';
import { openGuestbook } from './guestbook-client.ts';

describe('assets', () => {
  test.each([
    ['/style.css', 'text/css; charset=utf-8'],
    ['/favicon.svg', 'image/svg+xml'],
  ])('sends %s to be kept for ever under its version', (path, type) => {
    const client = openGuestbook();
    expect(client.get('/')).toHaveText(new RegExp(`="${path}\\?${ASSETS_VERSION}"`));
    const response = client.get(`${path}?${ASSETS_VERSION}`, { expect: 200 });
    expect(response).toHaveHeader('content-type', type);
    expect(response).toHaveHeader('content-length', String(response.bytes.byteLength));
    expect(response).toHaveHeader('cache-control', 'public, max-age=31536000, immutable');
    expect(response).toBeCompleteAndClosed();
  });

  test.each(['', '?', '?12345678', `?${ASSETS_VERSION}&x`])(
    'lets the browser ask again for /style.css%s, and has nothing new for it',
    (query) => {
      const client = openGuestbook();
      const response = client.get(`/style.css${query}`, { expect: 200 });
      expect(response).toHaveHeader('cache-control', 'no-cache');
      const headers = { 'if-none-match': response.header('etag') ?? '' };
      expect(client.get(`/style.css${query}`, { headers })).toHaveStatus(304);
    },
  );
});
