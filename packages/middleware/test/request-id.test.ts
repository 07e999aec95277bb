import type { Application, Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { requestId, requestIdOf } from '../src/request-id.ts';
import { clientBetween } from './between-lints.ts';
import { octets } from './samples.ts';

const telling =
  (read: (environ: Environ) => string | undefined): Application =>
  (environ, startResponse) => {
    startResponse('200 OK', []);
    return [octets(read(environ) ?? '(none)')];
  };

describe('requestId', () => {
  test('makes an id that application and client see', () => {
    const client = clientBetween(requestId(), telling(requestIdOf));
    const [one, other] = [client.get('/'), client.get('/')];
    expect(one.text()).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(one.header('x-request-id')).toBe(one.text());
    expect(other.text()).not.toBe(one.text());
  });

  test('takes an id of the client where it is trusted and harmless', () => {
    const made = requestId({ trust: true, make: () => 'made' });
    const ask = (id: string): string =>
      clientBetween(made, telling(requestIdOf))
        .get('/', { headers: { 'X-Request-Id': id } })
        .text();
    expect([ask('abc.1'), ask('a b'), ask('x'.repeat(129)), ask('')]).toEqual([
      'abc.1',
      'made',
      'made',
      'made',
    ]);
    const wary = clientBetween(requestId({ make: () => 'made' }), telling(requestIdOf));
    expect(wary.get('/', { headers: { 'X-Request-Id': 'abc' } }).text()).toBe('made');
  });

  test('refuses a header that is no field name', () => {
    expect(() => requestId({ header: 'a b' })).toThrow('requestId: header must be a field name');
  });
});
