import type { HeaderList } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { etag } from '../src/etag.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { lazy, lazyAsync, octets } from './samples.ts';

describe('etag', () => {
  const between = { licence: { buffers: true } };

  test('makes the same tag of the same content, however it is chunked', () => {
    const tag = (...chunks: string[]): string | undefined =>
      clientBetween(etag(), lazy('200 OK', ...chunks), between)
        .get('/')
        .header('etag');
    expect(tag('ab', 'c')).toMatch(/^"[\w-]{27}"$/);
    expect([tag('abc'), tag('', 'a', 'bc')]).toEqual([tag('ab', 'c'), tag('ab', 'c')]);
    expect(tag('abd')).not.toBe(tag('abc'));
  });

  test('serves the asynchronous profile', async () => {
    const client = asyncClientBetween(etag({ weak: true }), lazyAsync('200 OK', 'a'), between);
    expect((await client.get('/')).header('etag')).toMatch(/^W\/"/);
  });

  test.each([
    ['another status', '404 Not Found', []],
    ['a tag of its own', '200 OK', [['ETag', '"own"']]],
    ['no-store', '200 OK', [['Cache-Control', 'private, No-Store']]],
  ] as const)('leaves a response with %s alone', (_name, status, headers: HeaderList) => {
    const response = clientBetween(
      etag(),
      (_environ, startResponse) => {
        startResponse(status, headers);
        return [octets('a')];
      },
      between,
    ).get('/');
    expect(response.headerValues('etag')).toEqual(headers[0]?.[0] === 'ETag' ? ['"own"'] : []);
  });

  test('passes a response on that is longer than the limit', () => {
    const response = clientBetween(etag({ limit: 1 }), lazy('200 OK', 'ab', 'c'), between).get('/');
    expect([response.header('etag'), response.text()]).toEqual([undefined, 'abc']);
  });
});
