import { createClient } from '@tsgi/testing';
import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { contentLength } from '../src/content-length.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { answering, lazy, lazyAsync, octets, watched } from './samples.ts';

describe('contentLength', () => {
  const between = { licence: { buffers: true } };

  test.each([
    ['an array', answering('200 OK', 'ab', 'c')],
    ['a generator', lazy('200 OK', 'ab', '', 'c')],
  ])('counts %s', (_name, application) => {
    const response = clientBetween(contentLength(), application, between).get('/');
    expect([response.header('content-length'), response.text()]).toEqual(['3', 'abc']);
  });

  test('counts an asynchronous body', async () => {
    const client = asyncClientBetween(contentLength(), lazyAsync('200 OK', 'ab', 'c'), between);
    const response = await client.get('/');
    expect([response.header('content-length'), response.text()]).toEqual(['3', 'abc']);
  });

  test('streams what is longer than the limit', async () => {
    const small = contentLength({ limit: 2 });
    const chunks = ['a', 'b', 'c', 'd'];
    const response = clientBetween(small, lazy('200 OK', ...chunks), between).get('/');
    expect([response.header('content-length'), response.text()]).toEqual([undefined, 'abcd']);
    const client = asyncClientBetween(small, lazyAsync('200 OK', ...chunks), between);
    expect((await client.get('/')).text()).toBe('abcd');
  });

  test.each(['204 No Content', '304 Not Modified'] as const)('leaves %s alone', (status) => {
    const response = clientBetween(contentLength(), lazy(status), between).get('/');
    expect(response.header('content-length')).toBe(undefined);
  });

  test('keeps a length that the application gives', () => {
    const response = clientBetween(
      contentLength(),
      (_environ, startResponse) => {
        startResponse('200 OK', [['content-length', '1']]);
        return new Set([octets('a')]);
      },
      between,
    ).get('/');
    expect(response.headerValues('content-length')).toEqual(['1']);
  });

  test('ends and closes the inner body where the client leaves, and where it throws', () => {
    const log: string[] = [];
    const application: Application = (_environ, startResponse) => {
      startResponse('200 OK', []);
      return watched([octets('a'), octets('b'), octets('c')], log);
    };
    clientBetween(contentLength({ limit: 1 }), application, between).get('/', { leaveAfter: 1 });
    expect(log.splice(0)).toEqual(['return', 'close']);
    const response = createClient(
      contentLength()((_environ, startResponse) => {
        startResponse('200 OK', []);
        return watched(
          {
            [Symbol.iterator]: () => ({
              next() {
                throw new Error('lost');
              },
            }),
          },
          log,
        );
      }),
    ).get('/');
    expect([response.status, log]).toEqual([500, ['return', 'close']]);
  });

  test('lets an error replace what was begun', () => {
    const response = clientBetween(
      contentLength(),
      (_environ, startResponse) => {
        startResponse('200 OK', []);
        return (function* () {
          yield octets('half');
          startResponse('500 Internal Server Error', [], new Error('late'));
          yield octets('!');
        })();
      },
      between,
    ).get('/');
    expect([response.status, response.text()]).toEqual([500, 'half!']);
  });
});
