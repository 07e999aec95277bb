import { createAsyncClient, createClient } from '@tsgi/testing';
import type { Application, AsyncApplication, StartResponse } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { timeout } from '../src/timeout.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { lazy, lazyAsync, octets } from './samples.ts';

describe('timeout', () => {
  test('leaves a response alone that is in time', async () => {
    expect(
      clientBetween(timeout(60_000), lazy('200 OK', 'a', 'b'))
        .get('/')
        .text(),
    ).toBe('ab');
    const client = asyncClientBetween(timeout(60_000), lazyAsync('200 OK', 'a', 'b'));
    expect((await client.get('/')).text()).toBe('ab');
  });

  test('answers with 503 for an application that has not begun, and tells it', async () => {
    let start: StartResponse | undefined;
    let aborted = false;
    const never: AsyncApplication = (environ, startResponse) => {
      start = startResponse;
      environ['tsgi.signal']?.addEventListener('abort', () => (aborted = true));
      return new Promise(() => {});
    };
    const response = await createAsyncClient(timeout(0)(never)).get('/');
    expect([response.status, aborted]).toEqual([503, true]);
    expect(() => start?.('200 OK', [])).toThrow('timeout: the response was not done within 0 ms');
  });

  test('closes a body that comes too late', async () => {
    let late: ((body: object) => void) | undefined;
    const application: AsyncApplication = () =>
      new Promise((resolve) => (late = resolve as typeof late));
    await createAsyncClient(timeout(0)(application)).get('/');
    const closed = new Promise<void>((resolve) =>
      late?.({ [Symbol.iterator]: () => [].values(), close: resolve }),
    );
    await expect(closed).resolves.toBe(undefined);
  });

  test('cuts a response off that has begun', async () => {
    const stuck: AsyncApplication = (_environ, startResponse) => {
      startResponse('200 OK', []);
      return (async function* () {
        yield octets('begun');
        await new Promise(() => {});
      })();
    };
    const response = await createAsyncClient(timeout(0)(stuck)).get('/');
    expect([response.aborted, response.errors.includes('timeout: the response')]).toEqual([
      true,
      true,
    ]);
  });

  test('looks at the time between the chunks of a synchronous body', () => {
    const slow: Application = (_environ, startResponse) => {
      startResponse('200 OK', []);
      return (function* () {
        const from = performance.now();
        while (performance.now() === from);
        yield octets('late');
      })();
    };
    const response = createClient(timeout(0)(slow)).get('/');
    expect([response.status, response.errors.includes('timeout: the response')]).toEqual([
      500,
      true,
    ]);
  });

  test('refuses a wrong limit', () => {
    expect(() => timeout(Number.NaN)).toThrow('timeout: limit must be a whole number');
    expect(() => timeout(2 ** 31)).toThrow('timeout: limit must be at most 2147483647 ms;');
  });
});
