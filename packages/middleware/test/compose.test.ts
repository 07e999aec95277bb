import { describe, expect, test } from 'vitest';
import type { Middleware } from '@tsgi/types';
import { compose } from '../src/compose.ts';
import { clientBetween } from './between-lints.ts';
import { answering } from './samples.ts';

const tag =
  (name: string): Middleware =>
  (application) =>
  (environ, startResponse) =>
    application(environ, (status, headers, ...error) =>
      startResponse(status, [...headers, ['X-Tag', name]], ...error),
    );

describe('compose', () => {
  test('puts the first middleware outermost', () => {
    const client = clientBetween(compose(tag('outer'), tag('inner')), answering('200 OK', 'a'));
    expect(client.get('/').headerValues('x-tag')).toEqual(['inner', 'outer']);
  });

  test('returns the application itself where there is no middleware', () => {
    const application = answering('200 OK');
    expect(compose()(application)).toBe(application);
  });

  test('names the argument that is no middleware', () => {
    const wrong = 'x' as unknown as Middleware;
    expect(() => compose(tag('a'), wrong)).toThrow(
      'compose takes middleware; argument 2 is string',
    );
  });
});
