import type { Application } from '@tsgi/types';
import { beforeEach, describe, expect, test } from 'vitest';
import { compose } from '../src/compose.ts';
import { conditional } from '../src/conditional.ts';
import { etag } from '../src/etag.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { answering, lazyAsync, octets, watched } from './samples.ts';

describe('conditional', () => {
  const log: string[] = [];
  beforeEach(() => void log.splice(0));

  const tagged =
    (eager: boolean): Application =>
    (_environ, startResponse) => {
      const start = (): void =>
        startResponse('200 OK', [
          ['ETag', '"a"'],
          ['Content-Type', 'text/plain'],
          ['Cache-Control', 'private'],
        ]);
      if (eager) start();
      const chunks = (function* () {
        if (!eager) start();
        yield octets('content');
        yield octets('more');
      })();
      return watched(chunks, log);
    };

  test.each([true, false])('answers with 304, started before the return: %s', (eager) => {
    const client = clientBetween(conditional(), tagged(eager));
    const response = client.get('/', { headers: { 'If-None-Match': '"a"' } });
    expect([response.status, response.text()]).toEqual([304, '']);
    expect(response.headers.map(([name]) => name)).toEqual(['ETag', 'Cache-Control']);
    expect(log.splice(0)).toEqual(eager ? ['close'] : ['return', 'close']);
    expect(client.get('/', { headers: { 'If-None-Match': '"b"' } }).text()).toBe('contentmore');
  });

  test('answers with 412 where the client insists on another one', () => {
    const response = clientBetween(conditional(), tagged(true)).get('/', {
      headers: { 'If-Match': '"b"' },
    });
    expect([response.status, response.text(), response.header('content-length')]).toEqual([
      412,
      '',
      '0',
    ]);
  });

  test('leaves POST and other statuses alone', () => {
    const headers = { 'If-None-Match': '*' };
    expect(clientBetween(conditional(), tagged(true)).post('/', { headers }).status).toBe(200);
    expect(
      clientBetween(conditional(), answering('404 Not Found')).get('/', { headers }).status,
    ).toBe(404);
  });

  test('works with etag inside', async () => {
    const client = asyncClientBetween(compose(conditional(), etag()), lazyAsync('200 OK', 'a'), {
      licence: { buffers: true },
    });
    const tag = (await client.get('/')).header('etag') ?? '';
    expect((await client.get('/', { headers: { 'If-None-Match': tag } })).status).toBe(304);
  });
});
