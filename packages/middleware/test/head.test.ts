import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { head } from '../src/head.ts';
import { clientBetween } from './between-lints.ts';
import { octets } from './samples.ts';

const tellMethod: Application = (environ, startResponse) => {
  startResponse('200 OK', [['X-Method', environ.REQUEST_METHOD]]);
  return [octets('content')];
};

describe('head', () => {
  test('calls the application with GET and sends no content', () => {
    const response = clientBetween(head(), tellMethod).head('/');
    expect([response.header('x-method'), response.text()]).toEqual(['GET', '']);
  });

  test('leaves other methods alone', () => {
    expect(clientBetween(head(), tellMethod).post('/').header('x-method')).toBe('POST');
  });
});
