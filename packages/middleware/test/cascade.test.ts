import { describe, expect, test } from 'vitest';
import { createAsyncClient, createClient } from '@tsgi/testing';
import { cascade } from '../src/cascade.ts';
import { answering, lazy, lazyAsync, octets, watched } from './samples.ts';

describe('cascade', () => {
  const found = answering('200 OK', 'found');

  test.each([
    ['started at once', answering('404 Not Found', 'no')],
    ['started when pulled', lazy('405 Method Not Allowed', 'no')],
    ['started with an empty body', lazy('404 Not Found')],
  ])('goes on where the answer is no, %s', (_name, first) => {
    expect(
      createClient(cascade([first, found]))
        .get('/')
        .text(),
    ).toBe('found');
    expect(
      createClient(cascade([first, first, found]))
        .get('/')
        .text(),
    ).toBe('found');
  });

  test('takes another answer, and the last one whatever it is', () => {
    const refused = lazy('403 Forbidden', 'x', 'y');
    const first = createClient(cascade([refused, found])).get('/');
    expect([first.status, first.text()]).toEqual([403, 'xy']);
    const last = createClient(cascade([lazy('404 Not Found', 'a'), lazy('404 Not Found', 'b')]));
    expect([last.get('/').status, last.get('/').text()]).toEqual([404, 'b']);
  });

  test('closes a body that it gives up, once and before the next application is called', () => {
    const log: string[] = [];
    const first = (eager: boolean) =>
      ((_environ, startResponse) => {
        if (eager) startResponse('404 Not Found', []);
        return watched(
          (function* () {
            if (!eager) startResponse('404 Not Found', []);
            yield octets('x');
          })(),
          log,
        );
      }) satisfies typeof found;
    const second: typeof found = (environ, startResponse) => {
      log.push('second');
      return found(environ, startResponse);
    };
    createClient(cascade([first(true), second])).get('/');
    expect(log.splice(0)).toEqual(['close', 'second']);
    createClient(cascade([first(false), second])).get('/');
    expect(log.splice(0)).toEqual(['return', 'close', 'second']);
  });

  test('does the same in the asynchronous profile', async () => {
    const site = cascade([
      lazyAsync('404 Not Found', 'no'),
      async (environ, startResponse) => answering('404 Not Found', 'no')(environ, startResponse),
      lazy('404 Not Found', 'no'),
      lazyAsync('200 OK', 'fo', 'und'),
    ]);
    const response = await createAsyncClient(site).get('/');
    expect([response.status, response.text()]).toEqual([200, 'found']);
  });

  test('refuses an empty list', () => {
    expect(() => cascade([])).toThrow('cascade: applications must not be empty');
  });
});
