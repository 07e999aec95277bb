import { describe, expect, test } from 'vitest';
import type { Middleware } from '@tsgi/types';
import { when } from '../src/when.ts';
import { clientBetween } from './between-lints.ts';
import { answering } from './samples.ts';

const tag =
  (name: string): Middleware =>
  (application) =>
  (environ, startResponse) =>
    application(environ, (status, headers, ...error) =>
      startResponse(status, [...headers, ['X-Tag', name]], ...error),
    );

describe('when', () => {
  test('applies a middleware to the requests of a condition alone', () => {
    const middleware = when((environ) => environ.PATH_INFO === '/in', tag('yes'));
    const client = clientBetween(middleware, answering('200 OK'));
    expect(client.get('/in').headerValues('x-tag')).toEqual(['yes']);
    expect(client.get('/out').headerValues('x-tag')).toEqual([]);
  });
});
