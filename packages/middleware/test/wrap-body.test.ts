import { createAsyncClient, createClient } from '@tsgi/testing';
import { describe, expect, test } from 'vitest';
import { either, type EitherMiddleware } from '../src/either.ts';
import { mapResult } from '../src/result.ts';
import { type BodyFilter, wrapBody } from '../src/wrap-body.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { answering, lazy, lazyAsync, octets, watched } from './samples.ts';

const shouting = (): BodyFilter => {
  const decoder = new TextDecoder();
  return {
    chunk: (chunk) => octets(decoder.decode(chunk).toUpperCase()),
    end: () => octets('!'),
  };
};

const wrapping = (make: () => BodyFilter): EitherMiddleware =>
  either(
    (application) => (environ, startResponse) =>
      mapResult(application(environ, startResponse), (body) => wrapBody(body, make())),
  );

describe('wrapBody', () => {
  test('passes every chunk through the filter, and the end of it', () => {
    const client = clientBetween(wrapping(shouting), lazy('200 OK', 'a', '', 'b'));
    expect(client.get('/').chunks.map((chunk) => new TextDecoder().decode(chunk))).toEqual([
      'A',
      'B',
      '!',
    ]);
  });

  test('does so for an asynchronous body', async () => {
    const client = asyncClientBetween(wrapping(shouting), lazyAsync('200 OK', 'a', 'b'));
    expect((await client.get('/')).text()).toBe('AB!');
  });

  test('ends and closes the inner body where the client leaves', () => {
    const log: string[] = [];
    const client = clientBetween(wrapping(shouting), (_environ, startResponse) => {
      startResponse('200 OK', []);
      return watched([octets('a'), octets('b')], log);
    });
    expect(client.get('/', { leaveAfter: 1 }).aborted).toBe(true);
    expect(log).toEqual(['return', 'close']);
  });

  test('ends and closes the inner body where the filter throws', async () => {
    const failing = (): BodyFilter => ({
      chunk() {
        throw new Error('no such shape');
      },
    });
    const log: string[] = [];
    const response = createClient(
      wrapping(failing)((_environ, startResponse) => {
        startResponse('200 OK', []);
        return watched([octets('a'), octets('b')], log);
      }),
    ).get('/');
    expect([response.status, log]).toEqual([500, ['return', 'close']]);
    const other = await createAsyncClient(wrapping(failing)(lazyAsync('200 OK', 'a'))).get('/');
    expect([other.status, other.errors.includes('no such shape')]).toEqual([500, true]);
  });

  test('closes the filter after the inner body, also where that throws', () => {
    const log: string[] = [];
    const closing = (): BodyFilter => ({
      chunk: (chunk) => chunk,
      close: () => void log.push('filter'),
    });
    createClient(
      wrapping(closing)((_environ, startResponse) => {
        startResponse('200 OK', []);
        return {
          *[Symbol.iterator]() {},
          close() {
            log.push('inner');
            throw new Error('close failed');
          },
        };
      }),
    ).get('/');
    expect(log).toEqual(['inner', 'filter']);
  });

  test('returns what is no body as it is', () => {
    const wrong = 'text' as unknown as Uint8Array[];
    expect(wrapBody(wrong, shouting())).toBe(wrong);
  });

  test('accepts an array', () => {
    expect(clientBetween(wrapping(shouting), answering('200 OK', 'a')).get('/').text()).toBe('A!');
  });
});
