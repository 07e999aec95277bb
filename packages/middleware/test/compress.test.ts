import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { createClient } from '@tsgi/testing';
import type { Application, HeaderList } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { compress } from '../src/compress.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { lazy, lazyAsync, octets } from './samples.ts';

const TEXT = 'All work and no play makes Jack a dull boy.\n'.repeat(100);
const decoders = { br: brotliDecompressSync, gzip: gunzipSync };

const page =
  (headers: HeaderList, body: Iterable<Uint8Array> = [octets(TEXT)]): Application =>
  (_environ, startResponse) => {
    startResponse('200 OK', [['Content-Type', 'text/html'], ...headers]);
    return body;
  };

const asking = (coding: string) => ({ headers: { 'Accept-Encoding': coding } });

describe.each(['br', 'gzip'] as const)('compress with %s', (coding) => {
  const decode = decoders[coding];

  test('sends what decodes to what the application sent', () => {
    const response = clientBetween(
      compress(),
      page([
        ['Content-Length', '4400'],
        ['ETag', '"a"'],
        ['Accept-Ranges', 'bytes'],
      ]),
    ).get('/', asking(coding));
    expect(response.header('content-encoding')).toBe(coding);
    expect(response.header('vary')).toBe('Accept-Encoding');
    expect(response.header('etag')).toBe('W/"a"');
    expect([response.header('content-length'), response.header('accept-ranges')]).toEqual([
      undefined,
      undefined,
    ]);
    expect(decode(response.bytes).toString()).toBe(TEXT);
    expect(response.bytes.byteLength).toBeLessThan(TEXT.length / 10);
  });

  test('lets every chunk be decoded when it has arrived', () => {
    const client = clientBetween(compress(), lazy('200 OK', 'first', '', 'second'));
    const { chunks } = client.get('/', asking(coding));
    expect(chunks).toHaveLength(3);
    const partly = decodeAll(chunks.slice(0, 1), coding);
    expect(partly).toBe('first');
    expect(decodeAll(chunks, coding)).toBe('firstsecond');
  });

  test('serves the asynchronous profile', async () => {
    const client = asyncClientBetween(compress(), lazyAsync('200 OK', 'a', 'b'));
    expect(decode((await client.get('/', asking(coding))).bytes).toString()).toBe('ab');
  });

  test('ends an empty body', () => {
    const response = clientBetween(compress(), lazy('200 OK')).get('/', asking(coding));
    expect(decode(response.bytes).toString()).toBe('');
  });
});

// Whatever has arrived so far, decoded.
function decodeAll(chunks: readonly Uint8Array[], coding: 'br' | 'gzip'): string {
  const finishFlush = coding === 'gzip' ? 2 : 1; // Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH
  return decoders[coding](Buffer.concat(chunks), { finishFlush }).toString();
}

describe('compress', () => {
  test.each([
    ['gzip;q=1, br;q=0.5', 'gzip'],
    ['*', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', undefined],
    ['deflate', undefined],
    ['', undefined],
  ])('answers Accept-Encoding %j with %s', (field, coding) => {
    const response = clientBetween(compress(), page([])).get('/', asking(field));
    expect(response.header('content-encoding')).toBe(coding);
    expect(response.header('vary')).toBe('Accept-Encoding');
  });

  test.each([
    ['another type', [['Content-Type', 'image/png']]],
    ['no type', []],
    [
      'a small length',
      [
        ['Content-Type', 'text/plain'],
        ['Content-Length', '10'],
      ],
    ],
    [
      'a coding of its own',
      [
        ['Content-Type', 'text/plain'],
        ['Content-Encoding', 'zstd'],
      ],
    ],
    [
      'no-transform',
      [
        ['Content-Type', 'text/plain'],
        ['Cache-Control', 'public, no-transform'],
      ],
    ],
  ] as ReadonlyArray<[string, HeaderList]>)('leaves a response with %s alone', (_name, headers) => {
    const application: Application = (_environ, startResponse) => {
      startResponse('200 OK', headers);
      return [octets('0123456789')];
    };
    const response = clientBetween(compress(), application).get('/', asking('gzip'));
    expect([response.text(), response.header('etag')]).toEqual(['0123456789', undefined]);
    expect(response.headerValues('content-encoding')).toEqual(
      headers.filter(([name]) => name === 'Content-Encoding').map(([, value]) => value),
    );
  });

  test.each(['204 No Content', '304 Not Modified', '206 Partial Content'] as const)(
    'leaves %s alone',
    (status) => {
      const response = clientBetween(compress(), lazy(status)).get('/', asking('gzip'));
      expect(response.header('content-encoding')).toBe(undefined);
    },
  );

  test('speaks what it is told to', () => {
    const response = clientBetween(compress({ codings: ['gzip'] }), page([])).get(
      '/',
      asking('br, gzip'),
    );
    expect(response.header('content-encoding')).toBe('gzip');
  });

  test('goes on when the client leaves', () => {
    const client = createClient(compress()(lazy('200 OK', 'a', 'b')));
    expect(client.get('/', { ...asking('gzip'), leaveAfter: 1 }).aborted).toBe(true);
    expect(gunzipSync(client.get('/', asking('gzip')).bytes).toString()).toBe('ab');
  });

  test.each([
    [{ codings: ['zstd' as 'br'] }, 'codings must be br or gzip; one is "zstd"'],
    [{ minSize: -1 }, 'minSize must be a whole number'],
    [{ gzipLevel: 0 }, 'gzipLevel must be 1 to 9; it is 0'],
    [{ brotliQuality: 12 }, 'brotliQuality must be 0 to 11; it is 12'],
  ])('refuses %j', (options, message) => {
    expect(() => compress(options)).toThrow(message);
  });
});
