import { describe, expect, test } from 'vitest';
import { ICON_ASSET, STYLE_ASSET } from '../src/assets.ts';
import { openGuestbook } from './guestbook-client.ts';

describe('serveAsset', () => {
  test.each([
    ['/style.css', STYLE_ASSET, 'text/css; charset=utf-8'],
    ['/favicon.svg', ICON_ASSET, 'image/svg+xml'],
  ])('sends %s to be kept for ever under its version', (path, asset, type) => {
    const client = openGuestbook();
    expect(client.get('/').text()).toContain(`="${path}?${asset.version}"`);
    const response = client.get(`${path}?${asset.version}`);
    expect(response.status).toBe(200);
    expect(response.header('content-type')).toBe(type);
    expect(response.header('content-length')).toBe(String(asset.bytes.byteLength));
    expect(response.header('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.header('etag')).toBe(`"${asset.version}"`);
  });

  test.each(['', '?', '?12345678', `?${STYLE_ASSET.version}&x`])(
    'lets the browser ask again for /style.css%s',
    (query) => {
      const response = openGuestbook().get(`/style.css${query}`);
      expect(response.status).toBe(200);
      expect(response.header('cache-control')).toBe('no-cache');
    },
  );

  test.each([
    [`"${STYLE_ASSET.version}"`, 304],
    [`W/"${STYLE_ASSET.version}"`, 304],
    [`"other", "${STYLE_ASSET.version}"`, 304],
    ['*', 304],
    ['"other"', 200],
    [STYLE_ASSET.version, 200],
  ])('answers If-None-Match: %s with %i', (field, status) => {
    const response = openGuestbook().get('/style.css', { headers: { 'if-none-match': field } });
    expect(response.status).toBe(status);
    expect(response.bytes.byteLength === 0).toBe(status === 304);
    expect(response.header('etag')).toBe(`"${STYLE_ASSET.version}"`);
  });
});
