import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { errorDocument } from '../src/error-document.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { answering, lazy, lazyAsync, octets } from './samples.ts';

describe('errorDocument', () => {
  const site = errorDocument({
    404: (environ, startResponse) => {
      startResponse('200 OK', [['Content-Type', 'text/html']]);
      return [octets(`no ${environ.PATH_INFO}, ${environ.REQUEST_METHOD}`)];
    },
    '5xx': answering('200 OK', 'sorry'),
  });
  const licence = { retries: true, buffers: true };

  test.each([answering, lazy])('shows a document with the status of the error', (make) => {
    const response = clientBetween(site, make('404 Not Found', 'x'), { licence }).post('/a');
    expect([response.status, response.text()]).toEqual([404, 'no /a, GET']);
    expect(response.headerValues('content-type')).toEqual(['text/html']);
    expect(clientBetween(site, make('503 Busy', 'x'), { licence }).get('/').text()).toBe('sorry');
    expect(clientBetween(site, make('403 Forbidden', 'x'), { licence }).get('/').text()).toBe('x');
  });

  test('keeps the fields of the error that do not describe its content', () => {
    const application: Application = (_environ, startResponse) => {
      startResponse('503 Busy', [
        ['Retry-After', '5'],
        ['ETag', '"x"'],
      ]);
      return [octets('x')];
    };
    const response = clientBetween(site, application, { licence }).get('/');
    expect([response.header('retry-after'), response.header('etag')]).toEqual(['5', undefined]);
  });

  test('serves the asynchronous profile', async () => {
    const client = asyncClientBetween(site, lazyAsync('404 Not Found', 'x'), { licence });
    expect((await client.get('/a')).text()).toBe('no /a, GET');
  });

  test('refuses a status that is no error', () => {
    expect(() => errorDocument({ 200: answering('200 OK') })).toThrow(
      'errorDocument: a status must be',
    );
  });
});
