import { describe, expect, test } from 'vitest';
import { SECURITY_HEADERS, securityHeaders } from '../src/security-headers.ts';
import { clientBetween } from './between-lints.ts';
import { answering } from './samples.ts';

describe('securityHeaders', () => {
  test('adds every field over https, and all but one over http', () => {
    const names = Object.values(SECURITY_HEADERS).map(([name]) => name);
    const client = clientBetween(securityHeaders(), answering('200 OK'), { scheme: 'https' });
    const response = client.get('/');
    expect(names.filter((name) => response.header(name) === undefined)).toEqual([]);
    const plain = clientBetween(securityHeaders(), answering('200 OK')).get('/');
    expect(names.filter((name) => plain.header(name) === undefined)).toEqual([
      'Strict-Transport-Security',
    ]);
  });

  test('leaves the fields of the application, and what is turned off', () => {
    const middleware = securityHeaders({ frameOptions: false, referrerPolicy: 'no-referrer' });
    const response = clientBetween(middleware, (_environ, startResponse) => {
      startResponse('200 OK', [['content-security-policy', 'own']]);
      return [];
    }).get('/');
    expect(response.headerValues('content-security-policy')).toEqual(['own']);
    expect(response.header('x-frame-options')).toBe(undefined);
    expect(response.header('referrer-policy')).toBe('no-referrer');
  });

  test('refuses an unknown option and a value with a line end', () => {
    expect(() => securityHeaders({ xss: false } as object)).toThrow('there is no option xss');
    expect(() => securityHeaders({ frameOptions: 'A\r\nB' })).toThrow('frameOptions is "A\\r\\nB"');
  });
});
